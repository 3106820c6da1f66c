package org.mae4j.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.mae4j.api.FewShotReport;

/**
 * A table of plain text. Columns that hold numbers only are set flush right.
 *
 * @param caption above it; empty for none
 * @param header one cell for each column; empty for a table of names and values
 * @param rows all of equal length
 */
public record Table(String caption, List<String> header, List<List<String>> rows) implements Block {

  private static final Pattern NUMBER =
      Pattern.compile("[-+\u2212]?[0-9.,]+([eE][-+]?[0-9]+)?( ?%)?( ?\u00b1 ?[0-9.,]+( ?%)?)?");

  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    int columns = header.isEmpty() && !rows.isEmpty() ? rows.get(0).size() : header.size();
    for (List<String> row : rows) {
      if (row.size() != columns) {
        throw new IllegalArgumentException(
            "a row of the table '"
                + caption
                + "' must have "
                + columns
                + " cells, but has "
                + row.size());
      }
    }
  }

  /** Names and values, in the map's order. */
  public static Table ofPairs(String caption, Map<String, String> pairs) {
    List<List<String>> rows = new ArrayList<>();
    pairs.forEach((name, value) -> rows.add(List.of(name, value)));
    return new Table(caption, List.of(), rows);
  }

  /** The counts of a few-shot evaluation: true classes down, predicted ones across. */
  public static Table ofConfusion(FewShotReport report) {
    List<String> header = new ArrayList<>();
    header.add("true \\ predicted");
    header.addAll(report.classes());
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < report.classes().size(); i++) {
      List<String> row = new ArrayList<>();
      row.add(report.classes().get(i));
      report.confusion().get(i).forEach(count -> row.add(count.toString()));
      rows.add(row);
    }
    return new Table("Confusion, " + report.task(), header, rows);
  }

  /** Whether a column holds numbers, and nothing else but empty cells. */
  public boolean numeric(int column) {
    List<String> filled =
        rows.stream().map(row -> row.get(column)).filter(cell -> !cell.isEmpty()).toList();
    return !filled.isEmpty() && filled.stream().allMatch(cell -> NUMBER.matcher(cell).matches());
  }

  @Override
  public String kind() {
    return "table";
  }
}
