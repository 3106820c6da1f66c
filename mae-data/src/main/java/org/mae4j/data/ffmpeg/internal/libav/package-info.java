/**
 * An open video file: the only place that holds libav's structures for reading.
 *
 * <p>Each class knows those before it: {@code VideoInput} has the bytes opened as a {@code
 * ByteInput} under a {@code ReadWatch}; {@code OpenInput} remembers what of them could not be read;
 * {@code Container} finds the video stream and reads its packets, and {@code StreamHeader} says
 * what they are without decoding any; {@code ReadAhead} holds packets that are not yet asked for;
 * {@code FrameDecoder} makes frames of packets, and by {@code References} knows whether some may be
 * left out; {@code ChosenFrames} decodes by a plan; {@link
 * org.mae4j.data.ffmpeg.internal.libav.VideoStream} seeks, and hands frames out in the order in
 * which they are shown. What need not be looked for again is a {@code Probe}.
 *
 * <p>Which packets need decoding is arithmetic that needs no FFmpeg: {@link
 * org.mae4j.data.ffmpeg.internal.ForeseenFrames} tells frames by packets, and {@link
 * org.mae4j.data.ffmpeg.internal.PacketPlan} picks the packets.
 */
package org.mae4j.data.ffmpeg.internal.libav;
