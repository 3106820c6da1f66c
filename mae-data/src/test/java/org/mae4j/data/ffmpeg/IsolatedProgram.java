package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;

/** Reads one clip in another process, and says how large it is. */
public final class IsolatedProgram {

  private IsolatedProgram() {}

  /** With a file. */
  public static void main(String[] arguments) {
    ClipRequest request =
        ClipRequest.one(new FrameSampling(4, 2, 30), WindowPlacement.centre(), Seeds.generator(1));
    try (VideoReader reader = VideoReader.builder().optIsolation(1).build();
        Clip clip =
            reader.decode(Path.of(arguments[0]), ClipInfo.unlabelled("it"), request).get(0)) {
      System.out.println("read " + clip.shape().frames() + " frames");
    }
  }
}
