package org.mae4j.examples.benchmark;

import java.util.List;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;

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
    Window window = windows.get(index);
    return videos.clips(
        window.video(),
        new ClipRequest(
            request.sampling(),
            window.placement(),
            request.clips(),
            request.sharedWindow(),
            request.random()));
  }
}
