package org.mae4j.examples.nursery;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.mae4j.api.Clip;

/** One file of a nursery: what it shows and in what form. */
interface NurseryFile {

  /** Relative to the nursery's folder, with slashes. */
  String path();

  Motion motion();

  Room room();

  ToyShape shape();

  /** Rendered frames. */
  int frames();

  /** The codec for the list of files. */
  String format();

  /** Frames/s for the list of files; empty for an image. */
  String rate();

  /** What reading the file gives, before it is encoded. */
  Clip render(OptionalInt label, int size);

  /** Renders and encodes the file; its folder must exist. */
  void write(Path folder, int size);
}
