package org.mae4j.models.torch.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript text into the archive that libtorch loads: a zip with stored entries, holding
 * the code of one class and a pickle of one object of it.
 */
public final class ScriptArchive {

  private static final String CLASS_NAME = "Ops";

  private ScriptArchive() {}

  /**
   * An archive of one module.
   *
   * @param methods the methods of the class in TorchScript, each indented by two spaces
   * @param attributes constants that methods read as {@code self.name}: Boolean, Long or Double
   */
  public static byte[] of(String methods, Map<String, ?> attributes) {
    StringBuilder code = new StringBuilder("class " + CLASS_NAME + "(Module):\n");
    code.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    attributes.forEach((name, value) -> code.append("  " + name + " : " + typeName(value) + "\n"));
    code.append(methods);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "ops/version", "3\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "ops/data.pkl", pickledObject(attributes));
      store(zip, "ops/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "ops/code/__torch__.py", code.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String typeName(Object value) {
    if (value instanceof Boolean) {
      return "bool";
    } else if (value instanceof Long) {
      return "int";
    } else if (value instanceof Double) {
      return "float";
    }
    throw new IllegalArgumentException(
        "a script attribute must be a Boolean, Long or Double, but was " + value.getClass());
  }

  /** Pickle protocol 2 of an instance of the class whose state is {@code attributes}. */
  private static byte[] pickledObject(Map<String, ?> attributes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2});
    out.writeBytes("c__torch__\n" + CLASS_NAME + "\n)");
    out.write(0x81); // NEWOBJ
    out.writeBytes("}(");
    writeString(out, "training");
    out.write(0x89); // False
    for (Map.Entry<String, ?> attribute : attributes.entrySet()) {
      writeString(out, attribute.getKey());
      Object value = attribute.getValue();
      if (value instanceof Boolean flag) {
        out.write(flag ? 0x88 : 0x89);
      } else if (value instanceof Long integer) {
        out.write(new byte[] {(byte) 0x8a, 8}); // LONG1 of 8 little-endian bytes
        out.writeLong(Long.reverseBytes(integer));
      } else {
        out.writeByte('G');
        out.writeDouble((Double) value);
      }
    }
    out.writeBytes("ub.");
    return bytes.toByteArray();
  }

  private static void writeString(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte('X');
    out.writeInt(Integer.reverseBytes(utf8.length));
    out.write(utf8);
  }

  private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(data);
    entry.setCrc(crc.getValue());
    entry.setSize(data.length);
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }
}
