package org.mae4j.models.weights;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.mae4j.api.internal.Text;
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
  private static final long MAX_PICKLE_BYTES = 256L << 20;
  private static final int MAX_NAME_LENGTH = 400;
  private static final int MAX_DEPTH = 16;
  private static final int COPY_BYTES = 1 << 20;

  private final Path file;
  private final String folder;
  private final Map<String, Pickle.Tensor> views = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private TorchCheckpoint(Path file, String folder) {
    this.file = file;
    this.folder = folder;
  }

  /**
   * Reads a checkpoint's table of contents.
   *
   * @throws WeightFileException if it is absent, damaged, or holds what is not allowed
   */
  static TorchCheckpoint open(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Map<String, Long> sizes = new HashMap<>();
      ZipEntry pickle = checkEntries(file, zip, sizes);
      String folder = pickle.getName().substring(0, pickle.getName().length() - PICKLE.length());
      TorchCheckpoint checkpoint = new TorchCheckpoint(file, folder);
      checkByteOrder(file, zip, folder);
      try (InputStream in = zip.getInputStream(pickle)) {
        checkpoint.fill(Pickle.load(in.readNBytes((int) pickle.getSize())), sizes);
      }
      return checkpoint;
    } catch (IOException | IllegalArgumentException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** The entry of the pickle, once all names and methods are found harmless; fills in all sizes. */
  private static ZipEntry checkEntries(Path file, ZipFile zip, Map<String, Long> sizes) {
    ZipEntry pickle = null;
    long left = file.toFile().length();
    for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
      ZipEntry entry = entries.nextElement();
      String name = entry.getName();
      String shown = Pickle.shortened(name);
      if (name.length() > MAX_NAME_LENGTH) {
        throw new WeightFileException(file, "has an entry with too long a name, " + shown);
      }
      if (sizes.put(name, entry.getSize()) != null) {
        throw new WeightFileException(file, "has two entries " + shown);
      }
      if (("/" + name + "/").contains("/../") || name.startsWith("/") || name.contains("\\")) {
        throw new WeightFileException(file, "has an entry with an unsafe name, " + shown);
      }
      if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
        throw new WeightFileException(
            file, "entry " + shown + " is compressed, which torch.save never does");
      }
      left -= entry.getSize();
      if (entry.getSize() < 0 || left < 0) {
        throw new WeightFileException(
            file,
            "entry "
                + shown
                + " claims "
                + entry.getSize()
                + " bytes, more than the file has left");
      }
      if (name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length()) {
        if (pickle != null) {
          throw new WeightFileException(file, "has two pickles, one of them " + shown);
        }
        pickle = entry;
      }
    }
    if (pickle == null) {
      throw new WeightFileException(file, "has no data.pkl, so it is no PyTorch checkpoint");
    }
    if (pickle.getSize() > MAX_PICKLE_BYTES) {
      throw new WeightFileException(
          file, "entry " + pickle.getName() + " claims " + pickle.getSize() + " bytes");
    }
    return pickle;
  }

  private static void checkByteOrder(Path file, ZipFile zip, String folder) throws IOException {
    ZipEntry entry = zip.getEntry(folder + "/byteorder");
    if (entry != null) {
      try (InputStream in = zip.getInputStream(entry)) {
        String order = new String(in.readNBytes(16), StandardCharsets.US_ASCII);
        if (!order.equals("little")) {
          throw new WeightFileException(
              file, "byte order must be little, but is " + Pickle.shortened(order));
        }
      }
    }
  }

  private void fill(Object root, Map<String, Long> sizes) {
    addTensors("", 0, root, sizes, Collections.newSetFromMap(new IdentityHashMap<>()));
    if (root instanceof Map<?, ?> top) {
      addMetadata("", top);
      if (top.get("args") instanceof Map<?, ?> args) {
        addMetadata("args.", args);
      }
    } else if (tensors.isEmpty()) {
      throw new WeightFileException(
          file,
          "holds no dictionary of tensors, as model.state_dict() is; of a whole pickled model"
              + " nothing can be read");
    }
  }

  /** Those of nested dictionaries and lists, too; one that is shared counts once. */
  private void addTensors(
      String name, int depth, Object value, Map<String, Long> sizes, Set<Object> seen) {
    if (value instanceof Pickle.Tensor view) {
      if (tensors.put(name, info(name, view, sizes)) != null) {
        throw new WeightFileException(file, "has two tensors " + Text.shown(name));
      }
      views.put(name, view);
    } else if ((value instanceof Map || value instanceof List)
        && depth < MAX_DEPTH
        && name.length() <= MAX_NAME_LENGTH
        && seen.add(value)) {
      String prefix = depth == 0 ? "" : name + ".";
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, inner) -> addTensors(prefix + key, depth + 1, inner, sizes, seen));
      } else if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          addTensors(prefix + i, depth + 1, list.get(i), sizes, seen);
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

  private TensorInfo info(String name, Pickle.Tensor view, Map<String, Long> sizes) {
    String shown = "tensor " + Pickle.shortened(name);
    Pickle.Storage storage = view.storage();
    DataType type = StorageType.of(storage.type());
    Long available = sizes.get(entryName(storage));
    if (available == null) {
      throw new WeightFileException(
          file, shown + " lies in " + Pickle.shortened(entryName(storage)) + ", which is absent");
    }
    int width = type.getNumOfBytes();
    if (storage.elements() < 0 || storage.elements() > available / width) {
      throw new WeightFileException(
          file,
          shown
              + " has a storage of "
              + storage.elements()
              + " values in an entry of "
              + available
              + " bytes");
    }
    long[] size = numbers(shown, view.size());
    long[] stride = numbers(shown, view.stride());
    if (!liesWithin(storage.elements(), view.offset(), size, stride)) {
      throw new WeightFileException(
          file,
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
    return TensorInfo.of(file, name, type, size);
  }

  /** Whether a view has no more values than its storage, and none outside of it. */
  private static boolean liesWithin(long storage, long offset, long[] size, long[] stride) {
    if (size.length != stride.length || offset < 0 || Arrays.stream(size).anyMatch(n -> n < 0)) {
      return false;
    }
    if (Arrays.stream(size).anyMatch(n -> n == 0)) {
      return true;
    }
    long elements = 1;
    long after = storage - 1 - offset; // Values behind the last one of the view; no sum overflows.
    for (int i = 0; i < size.length; i++) {
      long steps = size[i] - 1;
      if (stride[i] < 0
          || size[i] > storage / elements
          || (steps > 0 && stride[i] > after / steps)) {
        return false;
      }
      elements *= size[i];
      after -= steps * stride[i];
    }
    return after >= 0;
  }

  private long[] numbers(String shown, List<?> values) {
    long[] numbers = new long[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(values.get(i) instanceof Long number)) {
        throw new WeightFileException(file, shown + " has a size that is no number");
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
    return file;
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
  public ByteBuffer data(String name) {
    Pickle.Tensor view = views.get(name);
    if (view == null) {
      throw new WeightFileException(file, "has no tensor " + name);
    }
    TensorInfo info = tensors.get(name);
    int width = info.type().getNumOfBytes();
    long[] size = info.shape().getShape();
    long[] stride = numbers(name, view.stride());
    boolean contiguous = isContiguous(size, stride);
    long from = contiguous ? view.offset() * width : 0;
    long length = contiguous ? info.bytes() : view.storage().elements() * width;
    if (length > Integer.MAX_VALUE) {
      throw new WeightFileException(file, "tensor " + name + " has a storage above 2 GiB");
    }
    ByteBuffer bytes = read(entryName(view.storage()), from, (int) length);
    return contiguous ? bytes : gathered(bytes, view.offset(), size, stride, width, info.bytes());
  }

  private ByteBuffer read(String entryName, long from, int length) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(entryName))) {
      in.skipNBytes(from);
      byte[] part = new byte[Math.min(length, COPY_BYTES)];
      while (bytes.hasRemaining()) {
        int count = in.read(part, 0, Math.min(part.length, bytes.remaining()));
        if (count < 0) {
          throw new WeightFileException(file, "ends within " + entryName);
        }
        bytes.put(part, 0, count);
      }
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    return bytes.flip();
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

  /** The values of a strided view, row-major. */
  private static ByteBuffer gathered(
      ByteBuffer from, long offset, long[] size, long[] stride, int width, long bytes) {
    ByteBuffer to = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    long[] index = new long[size.length];
    while (to.hasRemaining()) {
      long at = offset;
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
    return to.flip();
  }
}
