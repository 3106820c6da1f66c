/**
 * What readers of videos and of images share: pooled memory, budgets, orientation. No part of the
 * promise of stability.
 */
package org.mae4j.data.internal;
