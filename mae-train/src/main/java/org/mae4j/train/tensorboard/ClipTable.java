package org.mae4j.train.tensorboard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.mae4j.api.ClipInfo;

/** What the projector knows of each point: columns between tabs, a line for each clip. */
final class ClipTable {

  /** A column that has something to tell. */
  private record Column(String name, Function<ClipInfo, String> value) {}

  private ClipTable() {}

  /**
   * Of clips.
   *
   * @param classes names of the classes, or none
   */
  static String of(List<ClipInfo> clips, List<String> classes) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("id", ClipInfo::id));
    if (clips.stream().anyMatch(clip -> !folder(clip).isEmpty())) {
      columns.add(new Column("folder", ClipTable::folder));
    }
    if (clips.stream().anyMatch(clip -> clip.label().isPresent())) {
      columns.add(new Column("class", clip -> className(clip, classes)));
    }
    StringBuilder table = new StringBuilder();
    // A single column has no name: TensorBoard would take it for a clip.
    if (columns.size() > 1) {
      line(table, columns.stream().map(Column::name).toList());
    }
    for (ClipInfo clip : clips) {
      line(table, columns.stream().map(column -> column.value.apply(clip)).toList());
    }
    return table.toString();
  }

  private static void line(StringBuilder table, List<String> cells) {
    table.append(String.join("\t", cells.stream().map(ClipTable::escaped).toList())).append('\n');
  }

  /** TensorBoard knows no way to write what ends a cell or a line. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String folder(ClipInfo clip) {
    return clip.id().substring(0, Math.max(0, clip.id().lastIndexOf('/')));
  }

  private static String className(ClipInfo clip, List<String> classes) {
    if (clip.label().isEmpty()) {
      return "";
    }
    int label = clip.label().getAsInt();
    return classes.isEmpty() ? Integer.toString(label) : classes.get(label);
  }
}
