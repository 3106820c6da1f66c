/**
 * From video files to batches for a model. Start at {@link org.mae4j.data.dataset}, which finds
 * videos and images; {@link org.mae4j.data.VideoBatches} crops clips of them at random for a
 * training, or looks at each once as a model does, and hands them to the model's device.
 *
 * <pre>{@code
 * TrainingClips clips =
 *     new TrainingClips(ClipInput.PAPER_VIDEO, RandomCrop.PAPER_PRETRAINING, 16, 1);
 * try (VideoBatches batches = VideoBatches.training(VideoFolder.of(folder), clips, seed)) {
 *   ClipBatch first = batches.batch(0, manager);
 * }
 * try (VideoBatches batches = VideoBatches.evaluation(VideoFolder.of(test), clips.input())) {
 *   batches.forEachBatch(manager, batch -> judge(batch));
 * }
 * }</pre>
 *
 * <p>Another {@link org.mae4j.data.ClipView} looks at other frames or another part of the picture.
 * A {@link org.mae4j.data.ClipLoader} decodes ahead of need on several threads.
 *
 * <p>Where there is more footage than a folder holds well, {@link org.mae4j.data.shards} reads
 * videos from tar files; where decoding is what a training waits for, {@link
 * org.mae4j.data.TranscodedVideos} keeps small copies of them, and {@link
 * org.mae4j.data.dataset.InMemoryReader} keeps them decoded in memory.
 *
 * <p>{@link org.mae4j.data.split} takes parts of datasets. Behind these: {@link
 * org.mae4j.data.ffmpeg} decodes one video, {@link org.mae4j.data.image} one image, {@link
 * org.mae4j.data.augment} crops one clip.
 *
 * <p>Every random draw is a function of the seed and of the place in the stream of clips alone, so
 * that batch number i is the same however many threads there are and wherever a run resumes.
 */
package org.mae4j.data;
