/**
 * What the modules share but nobody else should use, such as the checks of arguments: no part of
 * the promise of stability.
 */
package org.mae4j.api.internal;
