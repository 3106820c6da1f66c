/**
 * Clips frame by frame: for who reads videos without holding a clip at full size. {@link
 * org.mae4j.api.frames.FrameReceiver} is where to start.
 */
package org.mae4j.api.frames;
