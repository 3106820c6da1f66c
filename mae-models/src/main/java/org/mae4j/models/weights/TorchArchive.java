package org.mae4j.models.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.internal.Text;
import org.mae4j.models.weights.StoredZip.Extent;

/**
 * What {@code torch.save} wrote, in either of its formats: a pickle, and where the values of its
 * tensors lie.
 *
 * @param storages by the keys that the pickle names them by
 */
record TorchArchive(Pickle.Contents contents, Map<String, Extent> storages) {

  private static final String PICKLE = "/data.pkl";

  /** The number that opens files of the format before PyTorch 1.6, and that format's version. */
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  private static final long PROTOCOL = 1001;

  /** Reads all but the values; a file that begins as a zip does is one. */
  static TorchArchive read(Path path, SeekableByteChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer start = SteadyFile.bytes(channel, 0, (int) Math.min(2, size));
    boolean zip = size > 2 && start.get() == 'P' && start.get() == 'K';
    return zip ? zip(path, channel) : pickles(channel, size);
  }

  /** Since PyTorch 1.6: a zip of stored entries. */
  private static TorchArchive zip(Path path, SeekableByteChannel channel) throws IOException {
    Map<String, Extent> entries = StoredZip.entries(channel);
    String folder = folder(entries);
    if (entries.keySet().stream().anyMatch(name -> name.startsWith(folder + "/code/"))) {
      throw new WeightFileException(
          path,
          "is a TorchScript program, which is not run: save its weights in PyTorch by"
              + " torch.save(torch.jit.load(file).state_dict(), other)");
    }
    requireLittleEndian(channel, entries.get(folder + "/byteorder"));
    Extent pickle = entries.get(folder + PICKLE);
    pickle.verify(channel);
    Pickle.Contents contents = Pickle.load(new Cursor(channel, pickle.start(), pickle.end()));
    String data = folder + "/data/";
    Map<String, Extent> storages = new HashMap<>();
    entries.forEach(
        (name, extent) -> {
          if (name.startsWith(data)) {
            storages.put(name.substring(data.length()), extent);
          }
        });
    return new TorchArchive(contents, storages);
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
              ? "it has no data.pkl, so it is no PyTorch checkpoint, but a zip of other files"
              : "it has two pickles, one of them in " + Text.shown(folders.get(1)));
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

  /**
   * Before PyTorch 1.6, and with {@code _use_new_zipfile_serialization=False}: pickles of a number,
   * a version, the machine, the object and the storages' keys, then of each key how many values
   * there are, and these.
   */
  private static TorchArchive pickles(SeekableByteChannel channel, long size) throws IOException {
    Cursor in = new Cursor(channel, 0, size);
    if (!MAGIC.equals(Pickle.load(in).root())) {
      throw new IOException("it is not a PyTorch checkpoint");
    }
    Object version = Pickle.load(in).root();
    Object machine = Pickle.load(in).root();
    if (!Long.valueOf(PROTOCOL).equals(version)
        || !(machine instanceof Map<?, ?> facts
            && Boolean.TRUE.equals(facts.get("little_endian")))) {
      throw new IOException(
          "it is of another version or byte order of PyTorch's format before 1.6");
    }
    Pickle.Contents contents = Pickle.load(in);
    Map<String, Extent> storages = new HashMap<>();
    if (!(Pickle.load(in).root() instanceof List<?> keys)) {
      throw new IOException("it does not say in which order its values lie");
    }
    for (Object key : keys) {
      Pickle.Storage storage = contents.storages().get(key);
      int width = storage == null ? 0 : StorageType.width(storage.type());
      if (width == 0 || storages.containsKey(storage.key())) {
        throw new IOException("it has values of no known type before those of its tensors");
      }
      long count = in.left() < Long.BYTES ? -1 : in.getLong();
      if (count < 0 || count > in.left() / width) {
        throw new IOException(
            "it is cut short, with "
                + in.left()
                + " bytes left where "
                + count
                + " values should be");
      }
      storages.put(storage.key(), new Extent(in.position(), count * width, 0));
      in.skip(count * width);
    }
    return new TorchArchive(contents, storages);
  }
}
