package org.mae4j.data.ffmpeg;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** Runs a program out of the jars in a jar, as the launchers of such applications do. */
final class NestedJarLauncher extends ClassLoader {

  private final Map<String, JarFile> jars = new LinkedHashMap<>();

  private NestedJarLauncher(Path application) throws IOException {
    super(ClassLoader.getPlatformClassLoader());
    try (JarFile outer = new JarFile(application.toFile())) {
      for (var entry : outer.stream().filter(e -> e.getName().startsWith("lib/")).toList()) {
        Path copy = Files.createTempFile("nested", ".jar");
        try (InputStream content = outer.getInputStream(entry)) {
          Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        jars.put(entry.getName(), new JarFile(copy.toFile()));
        Files.delete(copy);
      }
    }
  }

  /** With the jar, a program and its argument. */
  public static void main(String[] arguments) throws Exception {
    URL.setURLStreamHandlerFactory(protocol -> protocol.equals("nested") ? new Unused() : null);
    new NestedJarLauncher(Path.of(arguments[0]))
        .loadClass(arguments[1])
        .getMethod("main", String[].class)
        .invoke(null, (Object) new String[] {arguments[2]});
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    URL url = findResource(name.replace('.', '/') + ".class");
    if (url == null) {
      throw new ClassNotFoundException(name);
    }
    try (InputStream content = url.openStream()) {
      byte[] bytes = content.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  @Override
  protected URL findResource(String name) {
    for (Map.Entry<String, JarFile> jar : jars.entrySet()) {
      ZipEntry entry = jar.getValue().getEntry(name);
      if (entry != null) {
        try {
          String url = "jar:nested:/" + jar.getKey() + "!/" + name;
          return new URL(null, url, new Nested(jar.getValue(), entry));
        } catch (MalformedURLException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return null;
  }

  private static final class Unused extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      throw new IOException("not to be opened: " + url);
    }
  }

  private static final class Nested extends URLStreamHandler {

    private final JarFile jar;
    private final ZipEntry entry;

    Nested(JarFile jar, ZipEntry entry) {
      this.jar = jar;
      this.entry = entry;
    }

    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      return new JarURLConnection(url) {
        @Override
        public JarFile getJarFile() {
          return jar;
        }

        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() throws IOException {
          return jar.getInputStream(entry);
        }
      };
    }
  }
}
