/**
 * Which videos and images there are: the datasets of the paper as their owners keep them on disk,
 * any folder, any list.
 *
 * <p>All come as a {@link org.mae4j.data.dataset.ClipDataset}, which is a {@link
 * org.mae4j.api.ClipSource} for {@link org.mae4j.data.ClipLoader}: {@link
 * org.mae4j.data.dataset.VideoFolder} and {@link org.mae4j.data.dataset.ImageFolder} for a folder
 * of one's own, {@link org.mae4j.data.dataset.VideoFiles} for single files, {@link
 * org.mae4j.data.dataset.Manifest} for a list as CSV or JSON lines, {@link
 * org.mae4j.data.dataset.SayCam}, {@link org.mae4j.data.dataset.Kinetics700}, {@link
 * org.mae4j.data.dataset.SomethingSomethingV2}, {@link org.mae4j.data.dataset.ImageNet} and {@link
 * org.mae4j.data.dataset.OutOfDistributionImageNet} for published ones. Parts of them are made in
 * {@link org.mae4j.data.split}.
 *
 * <p>A published dataset that is not all there is refused, by a line that says which layout is
 * expected and what was found; its builder's {@code optPartial} takes what is there.
 */
package org.mae4j.data.dataset;
