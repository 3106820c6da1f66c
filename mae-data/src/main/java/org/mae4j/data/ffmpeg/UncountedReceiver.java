package org.mae4j.data.ffmpeg;

import java.util.List;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;

/** A receiver whose own time does not count against the time that a read may take. */
record UncountedReceiver(FrameReceiver receiver, ReadWatch watch) implements FrameReceiver {

  @Override
  public void begin(int first, int count, ClipInfo info, ClipShape shape, boolean still) {
    watch.exclude(() -> receiver.begin(first, count, info, shape, still));
  }

  @Override
  public void add(Frame frame) {
    watch.exclude(() -> receiver.add(frame));
  }

  @Override
  public void addAgain() {
    watch.exclude(receiver::addAgain);
  }

  @Override
  public void end(double[] timestamps, List<String> remarks) {
    watch.exclude(() -> receiver.end(timestamps, remarks));
  }
}
