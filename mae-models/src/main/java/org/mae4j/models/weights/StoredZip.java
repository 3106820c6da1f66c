package org.mae4j.models.weights;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.mae4j.api.internal.Text;

/**
 * The table of contents of a zip whose entries are not compressed. {@link java.util.zip.ZipFile}
 * neither compares the checksums of such entries nor says where in the file they lie, and its
 * memory has no bound but the file's size.
 */
final class StoredZip {

  /**
   * Where bytes lie in a file.
   *
   * @param checksum their CRC-32, or 0 where the writer did not compute it, as PyTorch may be told
   */
  record Extent(long start, long size, int checksum) {

    long end() {
      return start + size;
    }

    /**
     * Compares the bytes in a file with their checksum.
     *
     * @throws IOException if they differ
     */
    void verify(SeekableByteChannel channel) throws IOException {
      if (checksum == 0) {
        return;
      }
      CRC32 found = new CRC32();
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, PIECE_BYTES));
      for (long at = start; at < end(); at += buffer.limit()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end() - at));
        SteadyFile.fill(channel, at, buffer);
        found.update(buffer.flip());
      }
      verify(found);
    }

    /**
     * Compares the bytes in a buffer with their checksum.
     *
     * @throws IOException if they differ
     */
    void verify(ByteBuffer bytes) throws IOException {
      CRC32 found = new CRC32();
      found.update(bytes);
      verify(found);
    }

    private void verify(CRC32 found) throws IOException {
      if (checksum != 0 && checksum != (int) found.getValue()) {
        throw new IOException(
            "it is damaged: the checksum of bytes " + start + " to " + end() + " is not theirs");
      }
    }
  }

  private static final int PIECE_BYTES = 1 << 20;
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONG_END = 0x06064b50;
  private static final int LONG_END_BYTES = 56;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int MAX_COMMENT = 0xffff;
  private static final int MAX_NAME_LENGTH = 400;
  private static final long MAX_INT = 0xffffffffL;

  private StoredZip() {}

  /**
   * The entries by name, in file order.
   *
   * @throws IOException if the table is damaged or not that of harmless stored entries, and why
   */
  static Map<String, Extent> entries(SeekableByteChannel channel) throws IOException {
    try {
      Table table = Table.find(channel);
      SteadyFile.requireTable(table.size);
      ByteBuffer in = SteadyFile.bytes(channel, table.start, (int) table.size);
      Map<String, Extent> entries = new LinkedHashMap<>();
      long left = table.start;
      while (in.hasRemaining()) {
        Entry entry = Entry.read(in);
        String shown = Text.shown(entry.name);
        left -= entry.size;
        if (entry.size < 0 || left < 0) {
          throw new IOException(
              "entry " + shown + " claims " + entry.size + " bytes, more than the file has left");
        }
        if (entries.put(entry.name, entry.locate(channel, table.start)) != null) {
          throw new IOException("it has two entries " + shown);
        }
      }
      return entries;
    } catch (BufferUnderflowException e) {
      throw new IOException("it has a damaged table of contents", e);
    }
  }

  /** Where the table lies. */
  private record Table(long start, long size) {

    static Table find(SeekableByteChannel channel) throws IOException {
      long size = channel.size();
      int tail = (int) Math.min(size, END_BYTES + MAX_COMMENT);
      ByteBuffer in = SteadyFile.bytes(channel, size - tail, tail);
      int at = tail - END_BYTES;
      while (at >= 0
          && (in.getInt(at) != END || (in.getShort(at + 20) & 0xffff) > tail - at - END_BYTES)) {
        at--;
      }
      if (at < 0) {
        throw new IOException("the table of contents at its end is absent: it is cut short");
      }
      long end = size - tail + at;
      Table table = new Table(in.getInt(at + 16) & MAX_INT, in.getInt(at + 12) & MAX_INT);
      if (at >= LOCATOR_BYTES && in.getInt(at - LOCATOR_BYTES) == LOCATOR) {
        end = in.getLong(at - LOCATOR_BYTES + 8);
        if (end < 0 || end > size - LONG_END_BYTES) {
          throw new BufferUnderflowException();
        }
        ByteBuffer large = SteadyFile.bytes(channel, end, LONG_END_BYTES);
        if (large.getInt(0) != LONG_END) {
          throw new BufferUnderflowException();
        }
        table = new Table(large.getLong(48), large.getLong(40));
      }
      if (table.start < 0
          || table.size < 0
          || table.start > end
          || table.size != end - table.start) {
        throw new IOException("the table of contents does not lie where it should");
      }
      return table;
    }
  }

  /** One line of the table. */
  private record Entry(String name, long size, long header, int checksum) {

    static Entry read(ByteBuffer in) throws IOException {
      int at = in.position();
      if (in.remaining() < ENTRY_BYTES || in.getInt(at) != ENTRY) {
        throw new BufferUnderflowException();
      }
      int nameLength = in.getShort(at + 28) & 0xffff;
      int extraLength = in.getShort(at + 30) & 0xffff;
      int commentLength = in.getShort(at + 32) & 0xffff;
      in.position(at + ENTRY_BYTES);
      byte[] text = new byte[nameLength];
      in.get(text);
      String name = new String(text, StandardCharsets.UTF_8);
      requireHarmless(name);
      if (in.remaining() < extraLength + commentLength) {
        throw new BufferUnderflowException();
      }
      long size = in.getInt(at + 24) & MAX_INT;
      long stored = in.getInt(at + 20) & MAX_INT;
      long header = in.getInt(at + 42) & MAX_INT;
      int next = in.position() + extraLength + commentLength;
      if (size == MAX_INT || stored == MAX_INT || header == MAX_INT) {
        ByteBuffer large = largeField(in.slice(in.position(), extraLength).order(in.order()));
        size = size == MAX_INT ? large.getLong() : size;
        stored = stored == MAX_INT ? large.getLong() : stored;
        header = header == MAX_INT ? large.getLong() : header;
      }
      in.position(next);
      if ((in.getShort(at + 8) & 1) != 0) {
        throw new IOException("entry " + Text.shown(name) + " is encrypted");
      }
      if (in.getShort(at + 10) != 0 || size != stored) {
        throw new IOException(
            "entry " + Text.shown(name) + " is compressed, which torch.save never does");
      }
      return new Entry(name, size, header, in.getInt(at + 16));
    }

    private static void requireHarmless(String name) throws IOException {
      if (name.length() > MAX_NAME_LENGTH) {
        throw new IOException("it has an entry with too long a name, " + Text.shown(name));
      }
      if (("/" + name + "/").contains("/../") || name.startsWith("/") || name.contains("\\")) {
        throw new IOException("it has an entry with an unsafe name, " + Text.shown(name));
      }
    }

    /** What stands in the extra field for numbers that need more than 32 bits. */
    private static ByteBuffer largeField(ByteBuffer extra) {
      while (true) {
        int id = extra.getShort() & 0xffff;
        int length = extra.getShort() & 0xffff;
        if (id == 1) {
          return extra
              .slice(extra.position(), Math.min(length, extra.remaining()))
              .order(extra.order());
        }
        extra.position(Math.min(extra.limit(), extra.position() + length));
      }
    }

    /** Behind its own header, whose length only that tells; it ends before the table. */
    Extent locate(SeekableByteChannel channel, long end) throws IOException {
      if (header >= 0 && header <= end - LOCAL_BYTES) {
        ByteBuffer local = SteadyFile.bytes(channel, header, LOCAL_BYTES);
        long start =
            header + LOCAL_BYTES + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
        if (local.getInt(0) == LOCAL && start <= end - size) {
          return new Extent(start, size, checksum);
        }
      }
      throw new IOException("entry " + Text.shown(name) + " does not lie where it should");
    }
  }
}
