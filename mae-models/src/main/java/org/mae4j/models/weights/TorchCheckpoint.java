package org.mae4j.models.weights;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.mae4j.api.internal.Text;
import org.mae4j.models.weights.StoredZip.Extent;
import org.mae4j.models.weights.WeightFile.TensorInfo;

/**
 * A checkpoint that {@code torch.save} wrote: a zip of stored entries, one a pickle of names and
 * shapes, the others the values of tensors.
 *
 * <p>Tensors in nested dictionaries go by all their keys, joined by dots. Numbers and strings of
 * the outermost dictionary and of {@code args} are metadata. Nothing in the file is run.
 */
final class TorchCheckpoint implements WeightFile {

  private static final String PICKLE = "/data.pkl";
  private static final int MAX_NAME_LENGTH = 400;
  private static final int MAX_DEPTH = 16;
  private static final int CHECKED_BYTES = 1 << 20;

  private final SteadyFile file;
  private final String folder;
  private final Map<String, Extent> entries;
  private final Set<Extent> checked = ConcurrentHashMap.newKeySet();
  private final Map<String, Pickle.Tensor> views = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private TorchCheckpoint(SteadyFile file, String folder, Map<String, Extent> entries) {
    this.file = file;
    this.folder = folder;
    this.entries = entries;
  }

  /**
   * Reads a checkpoint's table of contents.
   *
   * @throws WeightFileException if it is absent, damaged, or holds no tensors
   */
  static TorchCheckpoint open(Path path) {
    SteadyFile file = SteadyFile.of(path);
    return file.read(
        channel -> {
          Map<String, Extent> entries = StoredZip.entries(channel);
          String folder = folder(entries);
          requireNoProgram(path, folder, entries.keySet());
          requireLittleEndian(channel, entries.get(folder + "/byteorder"));
          TorchCheckpoint checkpoint = new TorchCheckpoint(file, folder, entries);
          Extent pickle = entries.get(folder + PICKLE);
          checkpoint.check(channel, pickle);
          Pickle.Contents contents = Pickle.load(new Cursor(channel, pickle.start(), pickle.end()));
          checkpoint.fill(contents.root());
          checkpoint.requireTensors(contents.unbuilt());
          return checkpoint;
        });
  }

  private static void requireNoProgram(Path path, String folder, Set<String> names) {
    if (names.stream().anyMatch(name -> name.startsWith(folder + "/code/"))) {
      throw new WeightFileException(
          path,
          "is a TorchScript program, which is not run: save its weights in PyTorch by"
              + " torch.save(torch.jit.load(file).state_dict(), other)");
    }
  }

  private void requireTensors(Set<String> unbuilt) {
    if (tensors.isEmpty()) {
      String named = unbuilt.isEmpty() ? "" : "; what it names is never run: " + unbuilt;
      throw new WeightFileException(
          file.path(), "holds no tensors, as model.state_dict() does" + named);
    }
  }

  /** The folder in the archive that the pickle lies in. */
  private static String folder(Map<String, Extent> entries) throws IOException {
    List<String> folders =
        entries.keySet().stream()
            .filter(name -> name.indexOf('/') > 0 && name.endsWith(PICKLE))
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .filter(folder -> folder.indexOf('/') < 0)
            .toList();
    if (folders.size() != 1) {
      throw new IOException(
          folders.isEmpty()
              ? "has no data.pkl, so it is no PyTorch checkpoint, but a zip of other files"
              : "has two pickles, one of them in " + Text.shown(folders.get(1)));
    }
    return folders.get(0);
  }

  private static void requireLittleEndian(SeekableByteChannel channel, Extent extent)
      throws IOException {
    if (extent != null) {
      int length = (int) Math.min(extent.size(), 16);
      byte[] bytes = SteadyFile.bytes(channel, extent.start(), length).array();
      String order = new String(bytes, StandardCharsets.US_ASCII);
      if (!order.equals("little")) {
        throw new IOException("byte order must be little, but is " + Text.shown(order));
      }
    }
  }

  private void fill(Object root) {
    addTensors("", 0, root, Collections.newSetFromMap(new IdentityHashMap<>()));
    if (root instanceof Map<?, ?> top) {
      addMetadata("", top);
      if (top.get("args") instanceof Map<?, ?> args) {
        addMetadata("args.", args);
      }
    }
  }

  /** Those of nested dictionaries and lists, too; one that is shared counts once. */
  private void addTensors(String name, int depth, Object value, Set<Object> seen) {
    if (value instanceof Pickle.Tensor view) {
      if (tensors.put(name, info(name, view)) != null) {
        throw new WeightFileException(file.path(), "has two tensors " + Text.shown(name));
      }
      views.put(name, view);
    } else if ((value instanceof Map || value instanceof List)
        && depth < MAX_DEPTH
        && name.length() <= MAX_NAME_LENGTH
        && seen.add(value)) {
      String prefix = depth == 0 ? "" : name + ".";
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, inner) -> addTensors(prefix + key, depth + 1, inner, seen));
      } else if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          addTensors(prefix + i, depth + 1, list.get(i), seen);
        }
      }
    }
  }

  private void addMetadata(String prefix, Map<?, ?> map) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object value = entry.getValue();
      if (value instanceof String || value instanceof Number || value instanceof Boolean) {
        metadata.put(prefix + entry.getKey(), value.toString());
      }
    }
  }

  private TensorInfo info(String name, Pickle.Tensor view) {
    String shown = "tensor " + Text.shown(name);
    Pickle.Storage storage = view.storage();
    DataType type = StorageType.of(storage.type());
    if (type == null) {
      return TensorInfo.of(file.path(), name, DataType.UNKNOWN, numbers(shown, view.size()));
    }
    Extent extent = entries.get(entryName(storage));
    if (extent == null) {
      throw new WeightFileException(
          file.path(), shown + " lies in " + Text.shown(entryName(storage)) + ", which is absent");
    }
    int width = type.getNumOfBytes();
    if (storage.elements() < 0 || storage.elements() > extent.size() / width) {
      throw new WeightFileException(
          file.path(),
          shown
              + " has a storage of "
              + storage.elements()
              + " values in an entry of "
              + extent.size()
              + " bytes");
    }
    long[] size = numbers(shown, view.size());
    long[] stride = numbers(shown, view.stride());
    if (!liesWithin(storage.elements(), view.offset(), size, stride)) {
      throw new WeightFileException(
          file.path(),
          shown
              + " of shape "
              + Arrays.toString(size)
              + ", strides "
              + Arrays.toString(stride)
              + " and offset "
              + view.offset()
              + " does not lie within its storage of "
              + storage.elements()
              + " values");
    }
    return TensorInfo.of(file.path(), name, type, size);
  }

  /** Whether a view has no value outside of its storage; it may have some more than once. */
  private static boolean liesWithin(long storage, long offset, long[] size, long[] stride) {
    if (size.length != stride.length || offset < 0 || Arrays.stream(size).anyMatch(n -> n < 0)) {
      return false;
    }
    if (Arrays.stream(size).anyMatch(n -> n == 0)) {
      return true;
    }
    long after = storage - 1 - offset; // Values behind the last one of the view; no sum overflows.
    for (int i = 0; i < size.length; i++) {
      long steps = size[i] - 1;
      if (stride[i] < 0 || (steps > 0 && stride[i] > after / steps)) {
        return false;
      }
      after -= steps * stride[i];
    }
    return after >= 0;
  }

  private long[] numbers(String shown, List<?> values) {
    long[] numbers = new long[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(values.get(i) instanceof Long number)) {
        throw new WeightFileException(file.path(), shown + " has a size that is no number");
      }
      numbers[i] = number;
    }
    return numbers;
  }

  private String entryName(Pickle.Storage storage) {
    return folder + "/data/" + storage.key();
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public void copy(String name, ByteBuffer into) {
    Pickle.Tensor view = views.get(name);
    if (view == null) {
      throw new WeightFileException(file.path(), "has no tensor " + Text.shown(name));
    }
    TensorInfo info = tensors.get(name);
    if (info.type() == DataType.UNKNOWN) {
      throw WeightFileException.unread(path(), name, view.storage().type());
    }
    if (info.bytes() == 0) {
      return;
    }
    Extent extent = entries.get(entryName(view.storage()));
    int width = info.type().getNumOfBytes();
    long[] size = info.shape().getShape();
    long[] stride = numbers(name, view.stride());
    if (isContiguous(size, stride)) {
      read(extent, view.offset() * width, into);
      return;
    }
    long span = span(size, stride) * width;
    if (span > Integer.MAX_VALUE) {
      throw new WeightFileException(
          path(), "tensor " + Text.shown(name) + " has its values strewn over more than 2 GiB");
    }
    ByteBuffer bytes = SteadyFile.allocate(path(), span);
    read(extent, view.offset() * width, bytes);
    gather(bytes, size, stride, width, into);
  }

  /** A part of an entry. The checksum of the whole entry is compared when it is first read. */
  private void read(Extent extent, long from, ByteBuffer into) {
    file.read(
        channel -> {
          ByteBuffer read = into.duplicate();
          boolean whole = read.remaining() == extent.size();
          if (!whole) {
            check(channel, extent);
          }
          SteadyFile.fill(channel, extent.start() + from, into);
          if (whole && !checked.contains(extent)) {
            CRC32 checksum = new CRC32();
            checksum.update(read);
            compare(extent, checksum);
          }
          return into;
        });
  }

  private void check(SeekableByteChannel channel, Extent extent) throws IOException {
    if (extent.checksum() == 0 || checked.contains(extent)) {
      return;
    }
    CRC32 checksum = new CRC32();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(extent.size(), CHECKED_BYTES));
    for (long at = extent.start(); at < extent.end(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), extent.end() - at));
      SteadyFile.fill(channel, at, buffer);
      checksum.update(buffer.flip());
    }
    compare(extent, checksum);
  }

  /** Where the writer was told not to compute checksums, PyTorch writes 0. */
  private void compare(Extent extent, CRC32 checksum) throws IOException {
    if (extent.checksum() != 0 && extent.checksum() != (int) checksum.getValue()) {
      throw new IOException(
          "is damaged: the checksum of its bytes "
              + extent.start()
              + " to "
              + extent.end()
              + " is not what it should be");
    }
    checked.add(extent);
  }

  private static boolean isContiguous(long[] size, long[] stride) {
    long expected = 1;
    for (int i = size.length - 1; i >= 0; i--) {
      if (size[i] != 1 && stride[i] != expected) {
        return false;
      }
      expected *= size[i];
    }
    return true;
  }

  /** How many values lie between the first and the last of a view, both counted. */
  private static long span(long[] size, long[] stride) {
    long span = 1;
    for (int i = 0; i < size.length; i++) {
      span += (size[i] - 1) * stride[i];
    }
    return span;
  }

  /** The values of a strided view, row-major. */
  private static void gather(
      ByteBuffer from, long[] size, long[] stride, int width, ByteBuffer to) {
    long[] index = new long[size.length];
    while (to.hasRemaining()) {
      long at = 0;
      for (int i = 0; i < size.length; i++) {
        at += index[i] * stride[i];
      }
      for (int i = 0; i < width; i++) {
        to.put(from.get((int) (at * width + i)));
      }
      for (int i = size.length - 1; i >= 0 && ++index[i] == size[i]; i--) {
        index[i] = 0;
      }
    }
  }
}
