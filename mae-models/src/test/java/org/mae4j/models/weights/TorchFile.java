package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes checkpoints of nested dictionaries as {@code torch.save} does. */
public final class TorchFile {

  private final StringBuilder pickle = new StringBuilder("\200\2");
  private final List<byte[]> storages = new ArrayList<>();

  private TorchFile() {}

  /**
   * Writes a file.
   *
   * @param root of maps, lists, strings, integers and float32 arrays
   */
  public static Path write(Path file, Object root) {
    TorchFile written = new TorchFile();
    written.add(root);
    written.pickle.append('.');
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "data.pkl", written.pickle.toString().getBytes(StandardCharsets.ISO_8859_1));
      for (int i = 0; i < written.storages.size(); i++) {
        put(zip, "data/" + i, written.storages.get(i));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return file;
  }

  private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
    ZipEntry entry = new ZipEntry("archive/" + name);
    CRC32 crc = new CRC32();
    crc.update(data);
    entry.setMethod(ZipEntry.STORED);
    entry.setCrc(crc.getValue());
    entry.setSize(data.length);
    zip.putNextEntry(entry);
    zip.write(data);
  }

  private void add(Object value) {
    if (value instanceof Map<?, ?> map) {
      pickle.append("}(");
      map.forEach(
          (key, inner) -> {
            add(key);
            add(inner);
          });
      pickle.append('u');
    } else if (value instanceof List<?> list) {
      pickle.append("](");
      list.forEach(this::add);
      pickle.append('e');
    } else if (value instanceof NDArray array) {
      addTensor(array);
    } else if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      pickle.append('X').append(number(bytes.length));
      pickle.append(new String(bytes, StandardCharsets.ISO_8859_1));
    } else {
      pickle.append('J').append(number((Integer) value));
    }
  }

  private void addTensor(NDArray array) {
    long[] sides = array.getShape().getShape();
    pickle.append("ctorch._utils\n_rebuild_tensor_v2\n((");
    add("storage");
    pickle.append("ctorch\nFloatStorage\n");
    add(String.valueOf(storages.size()));
    add("cpu");
    add((int) array.size());
    pickle.append("tQK\0(");
    for (long side : sides) {
      add((int) side);
    }
    pickle.append("t(");
    for (int i = 0; i < sides.length; i++) {
      add((int) array.getShape().slice(i + 1).size());
    }
    pickle.append("t\211}tR");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteBuffer values = array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      bytes.write(values.get());
    }
    storages.add(bytes.toByteArray());
  }

  private static String number(int value) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return new String(bytes.putInt(value).array(), StandardCharsets.ISO_8859_1);
  }
}
