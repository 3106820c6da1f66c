package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mae4j.api.internal.Text;
import org.mae4j.models.torch.TorchArrays;

/** A file of named tensors, read one at a time: a file of any size needs no Java heap. */
public sealed interface WeightFile permits Safetensors, TorchCheckpoint, ShardedFile, PlacedFile {

  /**
   * Reads a file's table of contents. Tensors of a vision transformer go by the names that its
   * model has: without {@code module}, {@code _orig_mod} and their kin, which PyTorch's wrappers
   * put in, and without whatever else stands before all of them, as dictionaries around them do.
   * Where a file has several, the weights as trained come before averages of them; {@link
   * #open(Path, String)} takes another.
   *
   * @param file a PyTorch checkpoint (zip) or a safetensors file, told apart by their first bytes;
   *     or the index of several such, {@code model.safetensors.index.json}; or the folder of one of
   *     these
   * @throws WeightFileException if it is absent, damaged, holds what is not allowed, or is anything
   *     else, which is then told
   */
  static WeightFile open(Path file) {
    return PlacedFile.ofAnyVit(whole(file));
  }

  /**
   * As {@link #open(Path)}, the tensors under one prefix, by what follows it.
   *
   * @param prefix such as {@code model_ema}; of PyTorch's wrappers nothing need be said
   * @throws WeightFileException also if there is no tensor under it
   */
  static WeightFile open(Path file, String prefix) {
    return PlacedFile.under(whole(file), prefix);
  }

  /** A file by the names that it has; those of nested dictionaries are joined by dots. */
  private static WeightFile whole(Path path) {
    Path file = Files.isDirectory(path) ? ShardedFile.inFolder(path) : path;
    return ShardedFile.isIndex(file) ? ShardedFile.open(file, WeightFile::single) : single(file);
  }

  private static WeightFile single(Path path) {
    SteadyFile file = SteadyFile.of(path);
    int length = (int) Math.min(FileKind.BYTES, file.size());
    byte[] start = file.read(channel -> SteadyFile.bytes(channel, 0, length)).array();
    Optional<String> foreign = FileKind.foreign(start, file.size());
    if (foreign.isPresent()) {
      throw new WeightFileException(path, foreign.get());
    }
    return FileKind.opensSafetensors(start) ? Safetensors.open(path) : TorchCheckpoint.open(path);
  }

  /** The file. */
  Path path();

  /**
   * The tensors by name, in file order. Those of type {@code UNKNOWN} are of types that are not
   * read (sparse, complex, float8, ...): only who asks for their values gets an exception.
   */
  Map<String, TensorInfo> tensors();

  /** What else the file says, as strings. */
  Map<String, String> metadata();

  /**
   * The values of one tensor, row-major and little-endian, in a direct buffer.
   *
   * @throws WeightFileException as {@link #copy}, and if memory does not suffice
   */
  default ByteBuffer data(String name) {
    TensorInfo info = tensors().get(name);
    ByteBuffer data = SteadyFile.allocate(path(), info == null ? 0 : info.bytes());
    copy(name, data);
    return data.flip();
  }

  /**
   * Puts the values of one tensor, row-major and little-endian, into a buffer.
   *
   * @param into has as many bytes remaining as the tensor takes
   * @throws WeightFileException if the file has no tensor of this name, its type is not read, or
   *     the file cannot be read or was changed since it was opened
   */
  void copy(String name, ByteBuffer into);

  /**
   * The same file, of which the tensors are seen that a model has, by its names: those under the
   * prefix with the most tensors of these shapes.
   *
   * @param expected the shapes of the model's tensors by name
   * @throws WeightFileException if the file has all of them, but not under one prefix
   */
  default WeightFile fitting(Map<String, Shape> expected) {
    return PlacedFile.fitting(this, expected);
  }

  /**
   * Reads one tensor in its own type; bfloat16, which Java code cannot hold, becomes float32.
   *
   * @throws WeightFileException if the file has no tensor of this name, or cannot be read
   */
  default NDArray read(String name, NDManager manager) {
    TensorInfo info = tensors().get(name);
    if (info == null || info.type() == DataType.UNKNOWN || info.bytes() == 0) {
      copy(name, ByteBuffer.allocate(0));
      return manager.create(info.shape(), info.type());
    }
    if (info.type() == DataType.BFLOAT16) {
      return TorchArrays.copyOf(manager, widened(data(name)), info.shape(), DataType.FLOAT32);
    }
    return manager.getDevice().isGpu()
        ? TorchArrays.copyOf(manager, data(name), info.shape(), info.type())
        : TorchArrays.filled(manager, info.shape(), info.type(), into -> copy(name, into));
  }

  /**
   * Reads one tensor as float32.
   *
   * @throws WeightFileException if the file has no tensor of this name, its type is not a floating
   *     one, or it cannot be read
   */
  default NDArray readFloat32(String name, NDManager manager) {
    TensorInfo info = tensors().get(name);
    if (info != null && info.type() != DataType.UNKNOWN && !info.type().isFloating()) {
      throw new WeightFileException(
          path(), "tensor " + name + " must be floating, but is " + info.type());
    }
    NDArray array = read(name, manager);
    if (array.getDataType() == DataType.FLOAT32) {
      return array;
    }
    try (array) {
      return array.toType(DataType.FLOAT32, true);
    }
  }

  /** A bfloat16 is the upper half of a float32. */
  private static ByteBuffer widened(ByteBuffer data) {
    ShortBuffer halves = data.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    ByteBuffer floats =
        ByteBuffer.allocateDirect(2 * data.remaining()).order(ByteOrder.nativeOrder());
    while (halves.hasRemaining()) {
      floats.putInt(halves.get() << 16);
    }
    return floats.flip();
  }

  /**
   * One tensor of a weight file.
   *
   * @param type the type of its values in the file
   * @param shape its shape
   * @param bytes how many bytes its values take
   */
  record TensorInfo(DataType type, Shape shape, long bytes) {

    /**
     * Computes the size.
     *
     * @throws WeightFileException if a side is negative or the tensor is larger than 2 GiB, where
     *     sides of 0 count as 1: the engine computes strides so
     */
    static TensorInfo of(Path file, String name, DataType type, long... sides) {
      long most = type.getNumOfBytes();
      boolean empty = false;
      for (long side : sides) {
        long counted = Math.max(1, side);
        if (side < 0 || most > Integer.MAX_VALUE / counted) {
          throw new WeightFileException(
              file,
              String.format(
                  Locale.ROOT,
                  "tensor %s of shape %s is larger than 2 GiB or negative",
                  Text.shown(name),
                  Arrays.toString(sides)));
        }
        most *= counted;
        empty |= side == 0;
      }
      return new TensorInfo(type, new Shape(sides), empty ? 0 : most);
    }
  }
}
