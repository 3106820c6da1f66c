package org.mae4j.examples;

import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.apache.commons.csv.CSVFormat;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FrameSampling;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.Kinetics700;
import org.mae4j.data.dataset.SayCam;
import org.mae4j.data.dataset.SomethingSomethingV2;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.ProbeCache;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.eval.report.KeyFigure;
import org.mae4j.eval.report.Picture;
import org.mae4j.eval.report.Section;
import org.mae4j.examples.support.ConsoleProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Looks at every video of a dataset: opens it, decodes the clip in its middle, and tells what is
 * broken and why, how many hours there are, and of what kind.
 *
 * <p>Writes {@code files.csv} with a line for each video, {@code report.html}, {@code
 * contact-sheet.png} with a frame each of up to sixty videos, and {@code probes}, by which other
 * programs open the same videos faster.
 */
@Command(
    name = "CheckData",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Finds what is broken in a dataset, and what there is.")
public final class CheckData implements Callable<Integer> {

  /** How the videos lie. */
  enum Dataset {
    /** anywhere below the root */
    VIDEOS {
      @Override
      ClipDataset find(Path root, String split) {
        return VideoFolder.of(root);
      }
    },
    /** in a folder for each class */
    CLASSES {
      @Override
      ClipDataset find(Path root, String split) {
        return VideoFolder.builder().setFolder(root).optClassFolders().build();
      }
    },
    SAYCAM {
      @Override
      ClipDataset find(Path root, String split) {
        return SayCam.of(root);
      }
    },
    KINETICS700 {
      @Override
      ClipDataset find(Path root, String split) {
        return Kinetics700.of(root, split);
      }
    },
    SSV2 {
      @Override
      ClipDataset find(Path root, String split) {
        return SomethingSomethingV2.of(
            root, SomethingSomethingV2.Split.valueOf(split.toUpperCase(Locale.ROOT)));
      }
    };

    abstract ClipDataset find(Path root, String split);
  }

  private static final CSVFormat CSV = CSVFormat.RFC4180;

  private static final List<String> COLUMNS =
      List.of(
          "file",
          "label",
          "status",
          "stage",
          "reason",
          "bytes",
          "container",
          "codec",
          "width",
          "height",
          "frames_per_second",
          "seconds",
          "frames",
          "key_frames",
          "seconds_to_check");

  @Option(names = "--root", required = true, description = "the dataset's folder")
  private Path root;

  @Option(
      names = "--dataset",
      description = "how it is laid out: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private Dataset dataset = Dataset.VIDEOS;

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

  CheckData() {}

  /** Runs the check with command line options. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new CheckData(), arguments));
  }

  @Override
  public Integer call() {
    Checkup checkup = run();
    System.out.printf(
        Locale.ROOT,
        "%d videos, %s, %d broken; see %s%n",
        checkup.checks().size(),
        checkup.duration(),
        checkup.broken().size(),
        out.resolve("report.html"));
    checkup.broken().forEach(broken -> System.out.println("  " + broken.getMessage()));
    return 0;
  }

  /** Checks, and writes the results. */
  Checkup run() {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, but was " + threads);
    }
    ClipDataset videos = dataset.find(root, split);
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + out + " cannot be made: " + e, e);
    }
    Checkup checkup;
    try (ProbeCache cache = ProbeCache.open(out.resolve("probes"));
        VideoReader reader =
            isolate
                ? VideoReader.builder().optIsolation(threads).build()
                : VideoReader.builder().optProbeCache(cache).build()) {
      checkup = check(videos, new FileChecker(reader, cache, FrameSampling.PAPER));
    }
    write(checkup, videos);
    return checkup;
  }

  private Checkup check(ClipDataset videos, FileChecker checker) {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress) {
      int apart = Math.max(1, (videos.size() + ContactSheet.MOST - 1) / ContactSheet.MOST);
      List<Future<FileCheck>> pending = new ArrayList<>();
      for (int i = 0; i < videos.size(); i++) {
        int video = i;
        int thumbnail = i % apart == 0 ? ContactSheet.CELL_WIDTH : 0;
        pending.add(
            workers.submit(() -> checker.check(videos.path(video), videos.info(video), thumbnail)));
      }
      progress.begin("checking", "videos", videos.size(), 0);
      List<FileCheck> checks = new ArrayList<>();
      int broken = 0;
      for (Future<FileCheck> check : pending) {
        checks.add(check.get());
        broken += checks.get(checks.size() - 1).isBroken() ? 1 : 0;
        progress.at(checks.size(), broken + " broken");
      }
      return new Checkup(checks);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while checking", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a check failed", e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private void write(Checkup checkup, ClipDataset videos) {
    try {
      writeTable(checkup);
      Optional<BufferedImage> sheet =
          checkup.checks().stream().anyMatch(check -> check.thumbnail().isPresent())
              ? Optional.of(ContactSheet.draw(checkup.checks()))
              : Optional.empty();
      if (sheet.isPresent()) {
        ImageIO.write(sheet.get(), "png", out.resolve("contact-sheet.png").toFile());
      }
      report(checkup, videos, sheet).write(out.resolve("report.html"));
    } catch (IOException e) {
      throw new UncheckedIOException("the results cannot be written to " + out + ": " + e, e);
    }
  }

  private void writeTable(Checkup checkup) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(out.resolve("files.csv"))) {
      writer.write(CSV.format(COLUMNS.toArray()));
      writer.newLine();
      for (FileCheck check : checkup.checks()) {
        writer.write(CSV.format(row(check).toArray()));
        writer.newLine();
      }
    }
  }

  /** What is unknown stays empty. */
  private static List<Object> row(FileCheck check) {
    List<Object> row = new ArrayList<>();
    row.add(check.info().id());
    row.add(check.info().label().isPresent() ? check.info().label().getAsInt() : null);
    row.add(check.isBroken() ? "broken" : "ok");
    row.add(check.failure().map(ClipReadException::stage).map(Enum::name).orElse(null));
    row.add(check.failure().map(ClipReadException::reason).orElse(null));
    row.add(check.bytes());
    check
        .facts()
        .ifPresentOrElse(
            facts -> {
              row.add(facts.container());
              row.add(facts.codec());
              row.add(facts.width());
              row.add(facts.height());
              row.add(facts.frameRate().isPresent() ? facts.frameRate().getAsDouble() : null);
              row.add(
                  facts.durationSeconds().isPresent()
                      ? facts.durationSeconds().getAsDouble()
                      : null);
              row.add(facts.frames().isPresent() ? facts.frames().getAsLong() : null);
              row.add(facts.keyFrameSeconds().isEmpty() ? null : facts.keyFrameSeconds().size());
            },
            () -> {
              while (row.size() < COLUMNS.size() - 1) {
                row.add(null);
              }
            });
    row.add(String.format(Locale.ROOT, "%.3f", check.seconds()));
    return row;
  }

  private HtmlReport report(Checkup checkup, ClipDataset videos, Optional<BufferedImage> sheet) {
    int broken = checkup.broken().size();
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("root", root.toString());
    provenance.put("layout", dataset.name());
    provenance.put("decoding", isolate ? "in processes of their own" : "in one process");
    long silent = checkup.withoutDuration();
    HtmlReport.Builder report =
        HtmlReport.builder()
            .setTitle("What is in " + videos)
            .optLead(
                "Each video was opened and the clip in its middle decoded. files.csv, beside this"
                    + " page, has a line for each.")
            .addFigures(
                new KeyFigure("Videos", Integer.toString(checkup.checks().size()), ""),
                new KeyFigure(
                    "Footage",
                    checkup.duration(),
                    silent == 0 ? "" : silent + " videos do not say how long they are"),
                new KeyFigure("Broken", Integer.toString(broken), ""))
            .addBrokenFiles(checkup.broken())
            .addProvenance(provenance);
    sheet.ifPresent(
        image ->
            report.addSection(
                Section.of(
                    "Contact sheet",
                    Picture.of(
                        image, "one frame each of some videos", "From the middle of each"))));
    return report
        .addSection(Section.of("Resolutions", checkup.resolutions()))
        .addSection(Section.of("Frame rates", checkup.rates()))
        .addSection(Section.of("Codecs", checkup.codecs()))
        .addSection(Section.of("Lengths", checkup.lengths()))
        .build();
  }
}
