/**
 * Parts of datasets, drawn so that they can be drawn again: {@link
 * org.mae4j.data.split.FewShotSplit} takes a few examples of each class, {@link
 * org.mae4j.data.split.FractionSubset} a fraction, {@link org.mae4j.data.split.HoldOut} sets a
 * validation part apart, and a test part too where asked to. {@link
 * org.mae4j.data.split.VideoHours} tells how long the videos of a part are, {@link
 * org.mae4j.data.split.ClipFit} whether clips fit into them.
 *
 * <p>A part is a {@link org.mae4j.data.dataset.ClipDataset} like the whole. {@link
 * org.mae4j.data.dataset.Manifest} keeps it in a file.
 */
package org.mae4j.data.split;
