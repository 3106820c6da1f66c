/**
 * What readers of videos and of images share: pooled memory, budgets, orientation, and how files
 * are kept in memory whole. No part of the promise of stability.
 */
package org.mae4j.data.internal;
