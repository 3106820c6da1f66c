/**
 * Video files in and out, on libav's own API (avformat, avcodec, swscale).
 *
 * <p>{@link org.mae4j.data.ffmpeg.VideoReader} turns one file into clips. Which frames it takes is
 * plain arithmetic ({@link org.mae4j.data.ffmpeg.FrameRule}) that needs no FFmpeg. Every native
 * structure belongs to one object that is closed on every path.
 */
package org.mae4j.data.ffmpeg;
