package org.mae4j.data.dataset;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Objects;

/**
 * One of the tasks of {@link OutOfDistributionImageNet}.
 *
 * @param name names the way the images were changed: {@code low-pass}
 * @param images with labels in [0, 16)
 * @param conditions how strongly each image was changed, or how else; the same for all where there
 *     is one condition only
 */
public record OutOfDistributionTask(String name, ClipDataset images, List<String> conditions) {

  public OutOfDistributionTask {
    Objects.requireNonNull(name, "name");
    conditions = List.copyOf(conditions);
    checkArgument(
        conditions.size() == images.size(),
        "%s has %s images, but %s conditions",
        name,
        images.size(),
        conditions.size());
  }
}
