package org.mae4j.data;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** One video's clips, to be read on another thread. Whoever gets them has to close them. */
final class ClipTask extends FutureTask<ReadVideo> {

  private volatile ReadVideo video = ReadVideo.of(List.of());
  private volatile boolean dropped;

  ClipTask(Callable<ReadVideo> read) {
    super(read);
  }

  @Override
  protected void set(ReadVideo read) {
    video = read;
    super.set(read);
    if (dropped) {
      video.close();
    }
  }

  /** Stops the reading, and closes the clips whether they are there or still to come. */
  void drop() {
    dropped = true;
    cancel(true);
    video.close();
  }
}
