/**
 * From video files to batches for a model. Start at {@link org.mae4j.data.dataset}, which finds
 * videos and images; {@link org.mae4j.data.ClipLoader} decodes clips of them ahead of need on
 * several threads; {@link org.mae4j.data.VideoBatches} crops and normalises them and hands them to
 * the model's device.
 *
 * <pre>{@code
 * ClipLoader loader = ClipLoader.builder()
 *     .setSource(VideoFolder.of(folder)).setSampling(FrameSampling.PAPER).setBatchSize(16).build();
 * ClipAugmentation crop = RandomResizedCrop.builder().setSize(224).build();
 * try (VideoBatches batches = new VideoBatches(loader, crop)) {
 *   ClipBatch first = batches.batch(0, manager);
 * }
 * }</pre>
 *
 * <p>Where there is more footage than a folder holds well, {@link org.mae4j.data.shards} reads
 * videos from tar files; where decoding is what a training waits for, {@link
 * org.mae4j.data.TranscodedVideos} keeps small copies of them, and {@link
 * org.mae4j.data.dataset.InMemoryReader} keeps them decoded in memory.
 *
 * <p>{@link org.mae4j.data.split} takes parts of datasets. Behind these: {@link
 * org.mae4j.data.ffmpeg} decodes one video, {@link org.mae4j.data.image} one image, {@link
 * org.mae4j.data.augment} crops one clip. all this on.
 *
 * <p>Every random draw is a function of the seed and of the place in the stream of clips alone, so
 * that batch number i is the same however many threads there are and wherever a run resumes.
 */
package org.mae4j.data;
