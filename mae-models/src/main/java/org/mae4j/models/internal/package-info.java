/**
 * The parts that models are made of: parameters under their published names, and the way through
 * them. No part of the promise of stability.
 */
package org.mae4j.models.internal;
