package org.mae4j.examples.app.check;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mae4j.api.internal.PartFiles;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.MediaKind;
import org.mae4j.data.ffmpeg.ProbeCache;
import org.mae4j.data.ffmpeg.VideoFacts;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.image.ImageFacts;
import org.mae4j.data.image.ImageReader;
import org.mae4j.examples.app.ContactSheet;
import org.mae4j.examples.app.footage.DatasetLayout;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.Part;
import org.mae4j.examples.support.PartOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Looks at every file of a dataset: decodes an image, or the clip in the middle of a video, and
 * tells what is broken and why, how much there is, and of what kind.
 *
 * <p>Writes {@code files.csv} with a line for each file, {@code report.html}, {@code
 * contact-sheet.png} with up to sixty of them and, of videos, {@code probes}, by which other
 * programs open the same videos faster.
 */
@Command(
    name = "CheckData",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Finds what is broken in a dataset, and what there is.")
public final class CheckData implements Callable<Integer> {

  @Option(names = "--root", required = true, description = "the dataset's folder")
  private Path root;

  @Option(
      names = "--dataset",
      description = "how it is laid out: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private DatasetLayout dataset = DatasetLayout.VIDEOS;

  @Option(
      names = "--split",
      description = "of a dataset that comes in splits; default ${DEFAULT-VALUE}")
  private String split = "train";

  @Option(names = "--out", description = "folder for the results; default ${DEFAULT-VALUE}")
  private Path out = Path.of("check-data");

  @Option(names = "--threads", description = "default as many as there are processors")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--isolate",
      description = "decode in processes of their own, so that files that crash are found too")
  private boolean isolate;

  @Mixin private final PartOption part = new PartOption();

  @Option(
      names = "--join",
      description =
          "write the results of all parts in --out, which were checked before with the same --root,"
              + " --dataset and --split; says which are missing")
  private boolean join;

  /** Runs the check with command line options. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new CheckData(), arguments));
  }

  @Override
  public Integer call() {
    Optional<Path> done = partFile().filter(Files::exists);
    if (done.isPresent()) {
      System.out.println(done.get() + " is there already");
      return 0;
    }
    DatasetCheck<?> checkup = run();
    System.out.println(
        checkup.summary() + "; see " + partFile().orElse(out.resolve("report.html")));
    checkup.oddities().forEach(line -> System.out.println("  " + line));
    checkup.broken().forEach(broken -> System.out.println("  " + broken.getMessage()));
    return 0;
  }

  /** Checks, and writes the results. */
  DatasetCheck<?> run() {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, but was " + threads);
    }
    boolean images = dataset.kind() == MediaKind.IMAGE;
    if (isolate && images) {
      throw new IllegalArgumentException(
          "--isolate is for videos, but " + dataset + " has images, which no native code decodes");
    }
    Optional<Part> chosen = chosen();
    ClipDataset files = dataset.find(root, split);
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + out + " cannot be made: " + e, e);
    }
    if (chosen.isPresent()) {
      return check(files, images, chosen.get());
    }
    DatasetCheck<?> checkup = join ? joined(files, images) : check(files, images, files.size());
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("root", root.toString());
    provenance.put("layout", dataset.name());
    provenance.put("decoding", isolate ? "in processes of their own" : "in one process");
    DatasetCheckFiles.write(checkup, files.leftOut(), out, "What is in " + files, provenance);
    return checkup;
  }

  private Optional<Part> chosen() {
    return join ? Optional.empty() : part.chosen();
  }

  private PartFiles parts() {
    return new PartFiles(out.resolve("checks.jsonl"));
  }

  private Optional<Path> partFile() {
    return chosen().map(one -> parts().part(one.index(), one.count()));
  }

  private Map<String, String> facts(ClipDataset files) {
    return Map.of("files", files.size() + ", list " + files.listHash(), "layout", dataset.name());
  }

  private DatasetCheck<?> check(ClipDataset files, boolean images, Part one) {
    ClipDataset some = files.part(one.index(), one.count());
    System.out.println(one + ": " + some);
    Path file = parts().begin(one.index(), one.count(), facts(files));
    DatasetCheck<?> checkup = check(some, images, files.size());
    CheckLines.write(checkup.checks(), file);
    return checkup;
  }

  private DatasetCheck<?> check(ClipDataset files, boolean images, int ofAll) {
    return images ? checkImages(files, ofAll) : checkVideos(files, ofAll);
  }

  private DatasetCheck<?> joined(ClipDataset files, boolean images) {
    parts().requireOf(facts(files));
    return images
        ? joined(MediaTraits.IMAGES, ImageFacts.class)
        : joined(MediaTraits.VIDEOS, VideoFacts.class);
  }

  private <F> DatasetCheck<F> joined(MediaTraits<F> traits, Class<F> type) {
    return new DatasetCheck<>(
        traits,
        parts().all().stream().flatMap(file -> CheckLines.read(file, type).stream()).toList());
  }

  private DatasetCheck<VideoFacts> checkVideos(ClipDataset videos, int ofAll) {
    try (ProbeCache cache = ProbeCache.open(out.resolve("probes"));
        VideoReader reader =
            isolate
                ? VideoReader.builder().optIsolation(threads).build()
                : VideoReader.builder().optProbeCache(cache).build()) {
      return check(
          videos,
          ofAll,
          MediaTraits.VIDEOS,
          new FileChecker<>(reader::decode, cache::thoroughFacts));
    }
  }

  private DatasetCheck<ImageFacts> checkImages(ClipDataset images, int ofAll) {
    ImageReader reader = ImageReader.create();
    return check(
        images, ofAll, MediaTraits.IMAGES, new FileChecker<>(reader::decode, ImageReader::facts));
  }

  private <F> DatasetCheck<F> check(
      ClipDataset files, int ofAll, MediaTraits<F> traits, FileChecker<F> checker) {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress) {
      int apart = Math.max(1, (ofAll + ContactSheet.MOST - 1) / ContactSheet.MOST);
      List<Future<FileCheck<F>>> pending = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        int file = i;
        pending.add(
            workers.submit(
                () -> checker.check(files.path(file), files.info(file), file % apart == 0)));
      }
      progress.begin("checking", traits.kind() + "s", files.size(), 0);
      List<FileCheck<F>> checks = new ArrayList<>();
      int broken = 0;
      for (Future<FileCheck<F>> check : pending) {
        checks.add(check.get());
        broken += checks.get(checks.size() - 1).isBroken() ? 1 : 0;
        progress.at(checks.size(), broken + " broken");
      }
      return new DatasetCheck<>(traits, checks);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while checking", e);
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }
}
