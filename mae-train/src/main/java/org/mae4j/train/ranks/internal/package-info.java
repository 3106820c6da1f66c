/** How the ranks of a run come to one decision. Not for users. */
package org.mae4j.train.ranks.internal;
