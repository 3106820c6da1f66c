package org.mae4j.models.weights;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mae4j.api.internal.Text;
import org.mae4j.models.weights.StoredZip.Extent;
import org.mae4j.models.weights.WeightFile.TensorInfo;

/**
 * A checkpoint that {@code torch.save} wrote: a pickle of names and shapes, and beside it the
 * values of tensors.
 *
 * <p>Tensors in nested dictionaries go by all their keys, joined by dots. Numbers and strings of
 * the outermost dictionary and of {@code args} are metadata. Nothing in the file is run.
 */
final class TorchCheckpoint implements WeightFile {

  /** No model has longer ones. */
  private static final int MAX_NAME_LENGTH = 400;

  private static final int MAX_DEPTH = 16;

  private final SteadyFile file;
  private final Map<String, Extent> storages;
  private final Set<Extent> checked = ConcurrentHashMap.newKeySet();
  private final Map<String, Pickle.Tensor> views = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private TorchCheckpoint(SteadyFile file, Map<String, Extent> storages) {
    this.file = file;
    this.storages = storages;
  }

  /**
   * Reads a checkpoint's table of contents.
   *
   * @throws WeightFileException if it is absent, damaged, or holds no tensors
   */
  static TorchCheckpoint open(Path path) {
    SteadyFile file = SteadyFile.of(path);
    TorchArchive archive = file.read(channel -> TorchArchive.read(path, channel));
    TorchCheckpoint checkpoint = new TorchCheckpoint(file, archive.storages());
    checkpoint.fill(archive.contents().root());
    if (checkpoint.tensors.isEmpty()) {
      Set<String> unbuilt = archive.contents().unbuilt();
      throw new WeightFileException(
          path,
          "holds no tensors, as model.state_dict() does"
              + (unbuilt.isEmpty() ? "" : "; what it names is never run: " + unbuilt));
    }
    return checkpoint;
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
    } else if (depth < MAX_DEPTH && seen.add(value)) {
      String prefix = depth == 0 ? "" : name + ".";
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, inner) -> addWithin(prefix, (String) key, depth + 1, inner, seen));
      } else if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          addWithin(prefix, Integer.toString(i), depth + 1, list.get(i), seen);
        }
      }
    }
  }

  /** Names are made only where they are needed: one long key may be that of many values. */
  private void addWithin(String prefix, String key, int depth, Object value, Set<Object> seen) {
    if ((value instanceof Pickle.Tensor || value instanceof Map || value instanceof List)
        && prefix.length() + key.length() <= MAX_NAME_LENGTH) {
      addTensors(prefix + key, depth, value, seen);
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
    Extent extent = storages.get(storage.key());
    if (extent == null) {
      throw new WeightFileException(
          file.path(),
          shown + " lies in storage " + Text.shown(storage.key()) + ", which is absent");
    }
    int width = type.getNumOfBytes();
    if (storage.elements() < 0 || storage.elements() > extent.size() / width) {
      throw new WeightFileException(
          file.path(),
          shown
              + " has a storage of "
              + storage.elements()
              + " values in "
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
    Extent extent = storages.get(view.storage().key());
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
          boolean known = checked.contains(extent);
          if (!whole && !known) {
            extent.verify(channel);
          }
          SteadyFile.fill(channel, extent.start() + from, into);
          if (whole && !known) {
            extent.verify(read);
          }
          checked.add(extent);
          return into;
        });
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
