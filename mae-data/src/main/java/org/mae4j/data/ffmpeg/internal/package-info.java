/** When frames are shown and which of them are picked: arithmetic that needs no FFmpeg. */
package org.mae4j.data.ffmpeg.internal;
