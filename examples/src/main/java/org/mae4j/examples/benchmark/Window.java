package org.mae4j.examples.benchmark;

import org.mae4j.api.WindowPlacement;

/**
 * The part of a video that a clip is drawn from.
 *
 * @param video its index in a source
 * @param placement where the part lies
 * @param first presentation time of its first frame in seconds
 * @param last presentation time of its last frame in seconds
 */
public record Window(int video, WindowPlacement placement, double first, double last) {}
