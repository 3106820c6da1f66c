package org.mae4j.examples.benchmark;

import java.util.List;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.frames.FrameReceiver;

/** Windows as videos of their own, so that a loader reads these and no others. */
public record WindowSource(ClipSource videos, List<Window> windows) implements ClipSource {

  @Override
  public int size() {
    return windows.size();
  }

  @Override
  public ClipInfo info(int index) {
    return videos.info(windows.get(index).video());
  }

  @Override
  public List<String> classes() {
    return videos.classes();
  }

  @Override
  public List<Clip> clips(int index, ClipRequest request) {
    return videos.clips(windows.get(index).video(), placed(index, request));
  }

  @Override
  public void read(int index, ClipRequest request, FrameReceiver receiver) {
    videos.read(windows.get(index).video(), placed(index, request), receiver);
  }

  private ClipRequest placed(int index, ClipRequest request) {
    return new ClipRequest(
        request.sampling(),
        windows.get(index).placement(),
        request.clips(),
        request.sharedWindow(),
        request.random());
  }
}
