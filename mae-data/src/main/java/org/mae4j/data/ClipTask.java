package org.mae4j.data;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** One video's clips, to be read on another thread. Whoever gets them has to close them. */
final class ClipTask extends FutureTask<List<ReadClip>> {

  private volatile List<ReadClip> clips = List.of();
  private volatile boolean dropped;

  ClipTask(Callable<List<ReadClip>> read) {
    super(read);
  }

  @Override
  protected void set(List<ReadClip> read) {
    clips = read;
    super.set(read);
    if (dropped) {
      clips.forEach(ReadClip::close);
    }
  }

  /** Stops the reading, and closes the clips whether they are there or still to come. */
  void drop() {
    dropped = true;
    cancel(true);
    clips.forEach(ReadClip::close);
  }
}
