/**
 * Video files in and out, on libav's own API (avformat, avcodec, swscale).
 *
 * <p>Start at {@link org.mae4j.data.ffmpeg.VideoReader}, which turns one file into clips; {@link
 * org.mae4j.data.dataset.VideoFolder} calls it for each of its files. It cuts them out of a
 * sequence of frames, which a file is as it is decoded, and a video in memory too. Which frames it
 * takes is plain arithmetic ({@link org.mae4j.data.ffmpeg.FrameSelection}) that needs no FFmpeg.
 * {@link org.mae4j.data.ffmpeg.VideoWriter} goes the other way. Every native structure belongs to
 * one object that is closed on every path.
 *
 * <p>A {@link org.mae4j.data.ffmpeg.ProbeCache} makes opening cheap. libav is native code, and a
 * file that crashes it takes the process along; {@link
 * org.mae4j.data.ffmpeg.VideoReader.Builder#optIsolation} has other processes decode.
 *
 * <p>libav prints nothing; see its log by setting the logger {@code org.mae4j.data.ffmpeg.Libav} to
 * debug before the first file is opened.
 */
package org.mae4j.data.ffmpeg;
