package org.mae4j.examples.nursery;

/**
 * Where a toy is at one moment, in units of the world, y down.
 *
 * @param angle radians, clockwise
 */
record Pose(double x, double y, double radius, double angle) {}
