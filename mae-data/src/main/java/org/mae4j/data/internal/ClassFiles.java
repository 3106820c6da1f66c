package org.mae4j.data.internal;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mae4j.api.internal.WholeFile;

/**
 * Where classes lie, for another Java process to load them. The system's class path does not say so
 * in an application server, nor where an application is one jar with others inside.
 */
public final class ClassFiles {

  private static final int BUFFER_BYTES = 1 << 20;

  private final Path copies;

  /**
   * Looks nowhere yet.
   *
   * @param copies folder in which jars inside others are put, once for all
   */
  public ClassFiles(Path copies) {
    this.copies = copies;
  }

  /**
   * A class path with certain resources on it; those that the loader does not find are left out.
   *
   * @throws IOException if one is neither in a folder nor in a jar, or cannot be copied
   */
  public String classPath(ClassLoader loader, List<String> resources) throws IOException {
    Set<Path> roots = new LinkedHashSet<>();
    for (String name : resources) {
      URL url = loader.getResource(name);
      if (url != null) {
        roots.add(root(url, name));
      }
    }
    return roots.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private Path root(URL url, String name) throws IOException {
    if (url.getProtocol().equals("file")) {
      Path root = path(url);
      for (int i = 0; i < Path.of(name).getNameCount(); i++) {
        root = root.getParent();
      }
      return root;
    }
    URLConnection connection = url.openConnection();
    if (!(connection instanceof JarURLConnection jar)) {
      throw new IOException("no other process can load " + url);
    }
    String prefix = jar.getEntryName().substring(0, jar.getEntryName().length() - name.length());
    return prefix.isEmpty() && jar.getJarFileURL().getProtocol().equals("file")
        ? path(jar.getJarFileURL())
        : copy(jar.getJarFile(), prefix);
  }

  private static Path path(URL file) throws IOException {
    try {
      return Path.of(file.toURI());
    } catch (URISyntaxException e) {
      // Some loaders leave spaces as they are.
      return Path.of(file.getPath());
    }
  }

  /** A copy of what lies under a prefix, in a folder that is named by the content. */
  private Path copy(JarFile jar, String prefix) throws IOException {
    List<JarEntry> entries =
        jar.stream().filter(e -> !e.isDirectory() && e.getName().startsWith(prefix)).toList();
    Hasher hash = Hashing.sha256().newHasher();
    for (JarEntry entry : entries) {
      hash.putString(entry.getName(), StandardCharsets.UTF_8);
      hash.putLong(entry.getCrc()).putLong(entry.getSize());
    }
    Path folder = copies.resolve(hash.hash().toString());
    // JavaCPP keeps the libraries of a jar under its name.
    String name = jar.getName().replaceFirst("[/!]+$", "").replaceFirst(".*[/\\\\!]", "");
    Path copy = folder.resolve(name.endsWith(".jar") ? name : name + ".jar");
    if (!Files.exists(copy)) {
      Files.createDirectories(folder);
      WholeFile.write(copy, channel -> write(jar, entries, prefix, channel));
    }
    return copy;
  }

  private static void write(
      JarFile jar, List<JarEntry> entries, String prefix, WritableByteChannel file)
      throws IOException {
    OutputStream output = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES);
    ZipOutputStream zip = new ZipOutputStream(output);
    zip.setLevel(Deflater.NO_COMPRESSION);
    for (JarEntry entry : entries) {
      ZipEntry copy = new ZipEntry(entry.getName().substring(prefix.length()));
      // JavaCPP unpacks a library anew where its time is another.
      copy.setTime(entry.getTime());
      zip.putNextEntry(copy);
      try (InputStream content = jar.getInputStream(entry)) {
        content.transferTo(zip);
      }
      zip.closeEntry();
    }
    // The channel stays open.
    zip.finish();
    output.flush();
  }
}
