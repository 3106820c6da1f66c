package org.mae4j.data;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The default file system, but that channels are exchanged for others: for reading files only. */
public final class FaultyFileSystem extends FileSystem {

  private final UnaryOperator<SeekableByteChannel> exchange;

  private FaultyFileSystem(UnaryOperator<SeekableByteChannel> exchange) {
    this.exchange = exchange;
  }

  /** A file whose channel is another than its own. */
  public static Path path(Path file, UnaryOperator<SeekableByteChannel> exchange) {
    FaultyFileSystem fileSystem = new FaultyFileSystem(exchange);
    return (Path)
        java.lang.reflect.Proxy.newProxyInstance(
            FaultyFileSystem.class.getClassLoader(),
            new Class<?>[] {Path.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getFileSystem" -> fileSystem;
                  case "toUri" -> file.toUri();
                  case "toString" -> file.toString();
                  case "hashCode" -> file.hashCode();
                  case "equals" -> proxy == arguments[0];
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Override
  public FileSystemProvider provider() {
    return new Provider(exchange);
  }

  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public Path getPath(String first, String... more) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    throw new UnsupportedOperationException();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }

  /** A channel that hands on to another: to be overridden where it is to fail. */
  public static class Channel implements SeekableByteChannel {

    protected final SeekableByteChannel sound;

    /** As that one. */
    public Channel(SeekableByteChannel sound) {
      this.sound = sound;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return sound.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return sound.write(source);
    }

    @Override
    public long position() throws IOException {
      return sound.position();
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
      sound.position(newPosition);
      return this;
    }

    @Override
    public long size() throws IOException {
      return sound.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      return sound.truncate(size);
    }

    @Override
    public boolean isOpen() {
      return sound.isOpen();
    }

    @Override
    public void close() throws IOException {
      sound.close();
    }
  }

  private static final class Provider extends FileSystemProvider {

    private final UnaryOperator<SeekableByteChannel> exchange;

    Provider(UnaryOperator<SeekableByteChannel> exchange) {
      this.exchange = exchange;
    }

    private static Path real(Path path) {
      return Path.of(path.toString());
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return exchange.apply(Files.newByteChannel(real(path), options, attributes));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return Files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      return Files.readAttributes(real(path), names, options);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return Files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      real(path).getFileSystem().provider().checkAccess(real(path), modes);
    }

    @Override
    public String getScheme() {
      return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path folder, DirectoryStream.Filter<? super Path> filter) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
      return one == other;
    }

    @Override
    public boolean isHidden(Path path) {
      return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) {
      throw new UnsupportedOperationException();
    }
  }
}
