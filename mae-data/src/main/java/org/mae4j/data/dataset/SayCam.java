package org.mae4j.data.dataset;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mae4j.api.ClipInfo;

/**
 * SAYCam: what the head cameras of three children recorded, as unlabelled videos, in the paper of
 * one minute each (Sullivan et al. 2021, doi:10.1162/opmi_a_00039).
 *
 * <p>A video is of the child whose letter is a part of its path, or begins one, followed by an
 * underscore: {@code S/20130509/clip_000.mp4}, {@code S_20130509_0616_01/000.mp4} or {@code
 * S_20130509_0616_01.mp4}. Names hold dates, so their order is the order of recording, child by
 * child.
 */
public final class SayCam {

  /** The children. */
  public enum Child {
    /** Sam: 194 hours in the paper. */
    S,
    /** Alice. */
    A,
    /** Asa. */
    Y
  }

  private SayCam() {}

  /**
   * The videos of some children.
   *
   * @param root a folder with videos at any depth
   * @param children none for all three
   * @throws DatasetException if there is no such folder, or a child has no video there
   */
  public static ClipDataset of(Path root, Child... children) {
    return of(root, ClipReader.create(), children);
  }

  /** As {@link #of(Path, Child...)}, with a reader of one's own. */
  public static ClipDataset of(Path root, ClipReader reader, Child... children) {
    Set<Child> wanted = EnumSet.allOf(Child.class);
    if (children.length > 0) {
      wanted.retainAll(Arrays.asList(children));
    }
    MediaSearch.Found search = MediaSearch.find(root, root, MediaKind.VIDEO);
    List<String> ids = search.ids();
    Set<Child> found = EnumSet.noneOf(Child.class);
    List<ClipInfo> clips =
        ids.stream()
            .filter(
                id -> {
                  Optional<Child> child = child(root, id);
                  child.ifPresentOrElse(
                      found::add, () -> search.leftOut().add(id, "no child's letter in its path"));
                  return child.filter(wanted::contains).isPresent();
                })
            .map(ClipInfo::unlabelled)
            .toList();
    if (!found.containsAll(wanted)) {
      throw new DatasetException(
          root
              + ": SAYCam is expected as videos with the child's letter in their path, such as"
              + " S/20130509/000.mp4 or S_20130509_0616_01.mp4, of "
              + names(wanted)
              + "; of "
              + ids.size()
              + " videos found "
              + (found.isEmpty() ? "none has one" : "there are some of " + names(found) + " only")
              + (ids.isEmpty() ? ", the folder has " + FolderContents.of(root) : "")
              + (ids.isEmpty() || !found.isEmpty() ? "" : ", the first is " + ids.get(0)));
    }
    return new ClipDataset("SAYCam " + names(wanted), root, clips, List.of(), reader)
        .without(search.leftOut());
  }

  /** The child in a video's path; the part nearest to the file decides. */
  private static Optional<Child> child(Path root, String id) {
    String[] parts = (root.toAbsolutePath().getFileName() + "/" + id).split("/", -1);
    for (int i = parts.length - 1; i >= 0; i--) {
      for (Child child : Child.values()) {
        if (parts[i].equals(child.name()) || parts[i].startsWith(child.name() + "_")) {
          return Optional.of(child);
        }
      }
    }
    return Optional.empty();
  }

  private static String names(Set<Child> children) {
    return children.stream().map(Child::name).collect(Collectors.joining(", "));
  }
}
