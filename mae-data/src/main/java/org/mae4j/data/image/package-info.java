/**
 * Still images as clips. {@link org.mae4j.data.image.ImageReader} turns one file into a clip in
 * which nothing moves; {@link org.mae4j.data.dataset.ImageFolder} calls it for each of its files.
 *
 * <p>Pixels are those that Pillow gives for the same file, which is what image models are trained
 * on; only how an image is turned follows its metadata, which Pillow leaves to its user.
 */
package org.mae4j.data.image;
