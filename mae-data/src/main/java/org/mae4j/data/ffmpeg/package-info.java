/**
 * Video files in and out, on libav's own API (avformat, avcodec, swscale).
 *
 * <p>Start at {@link org.mae4j.data.ffmpeg.VideoReader}, which turns one file into clips; {@link
 * org.mae4j.data.dataset.VideoFolder} calls it for each of its files. {@link
 * org.mae4j.data.ffmpeg.VideoWriter} goes the other way.
 *
 * <p>The way from a file to a clip, each step a class that knows those below it only:
 *
 * <ol>
 *   <li>{@link org.mae4j.data.ffmpeg.VideoReader} has this process decode, or, by {@link
 *       org.mae4j.data.ffmpeg.VideoReader.Builder#optIsolation}, one of its {@code
 *       DecoderProcesses}: libav is native code, and a file that crashes it takes the process
 *       along. Their program is {@code DecoderWorker}; a {@code RemoteRequest} goes there, a {@code
 *       RemoteRequest.Answer} comes back.
 *   <li>{@code FileDecoder} decodes in either. It opens the file (a {@code VideoInput}: a path or
 *       bytes) under a {@code ReadWatch}, which ends what takes too long. A {@link
 *       org.mae4j.data.ffmpeg.ProbeCache} makes opening cheap.
 *   <li>{@link org.mae4j.data.ffmpeg.internal.libav VideoStream} is the open file: it seeks, and
 *       decodes one frame after another.
 *   <li>{@code StreamFrames} shows it as a {@code FrameSequence}, in which {@code FrameConverter}
 *       makes turned RGB of the frames that are wanted. All frames of a video in memory ({@code
 *       VideoInMemory}) are another such sequence.
 *   <li>{@code ClipSampler} cuts clips out of the sequence. Which frames it takes is plain
 *       arithmetic ({@link org.mae4j.data.ffmpeg.FrameSelection}) that needs no FFmpeg.
 * </ol>
 *
 * <p>Every native structure belongs to one object that is closed on every path. libav prints
 * nothing; see its log by setting the logger {@code org.mae4j.data.ffmpeg.internal.libav.Libav} to
 * debug before the first file is opened.
 */
package org.mae4j.data.ffmpeg;
