package org.mae4j.data;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.mae4j.api.Clip;

/** One video's clips, to be read on another thread. Whoever gets them has to close them. */
final class ClipTask extends FutureTask<List<Clip>> {

  private volatile List<Clip> clips = List.of();
  private volatile boolean dropped;

  ClipTask(Callable<List<Clip>> read) {
    super(read);
  }

  @Override
  protected void set(List<Clip> read) {
    clips = read;
    super.set(read);
    if (dropped) {
      clips.forEach(Clip::close);
    }
  }

  /** Stops the reading, and closes the clips whether they are there or still to come. */
  void drop() {
    dropped = true;
    cancel(true);
    clips.forEach(Clip::close);
  }
}
