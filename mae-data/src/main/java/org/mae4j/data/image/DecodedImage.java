package org.mae4j.data.image;

import org.mae4j.data.internal.Orientation;

/**
 * An image as stored.
 *
 * @param rgb (H, W, 3), uint8
 * @param orientation how it is to be turned to be shown
 */
@SuppressWarnings("ArrayRecordComponent") // handed from one method to the next, never compared
record DecodedImage(int width, int height, byte[] rgb, Orientation orientation) {}
