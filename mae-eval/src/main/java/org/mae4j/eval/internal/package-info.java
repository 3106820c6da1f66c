/** What the rooms of this module share. */
package org.mae4j.eval.internal;
