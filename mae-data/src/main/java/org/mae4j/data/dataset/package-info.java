/**
 * Which videos and images there are: the datasets of the paper as their owners keep them on disk,
 * any folder, any list.
 *
 * <p>All come as a {@link org.mae4j.data.dataset.ClipDataset}. Start at {@link
 * org.mae4j.data.dataset.VideoFolder} for a folder of one's own; published datasets are made by the
 * types of their names. Parts of them are made in {@link org.mae4j.data.split}.
 *
 * <p>A published dataset that is not all there is refused, by a line that says which layout is
 * expected and what was found; its builder's {@code optPartial} takes what is there.
 */
package org.mae4j.data.dataset;
