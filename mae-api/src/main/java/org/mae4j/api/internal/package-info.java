/** What the modules share but nobody else should use: no part of the promise of stability. */
package org.mae4j.api.internal;
