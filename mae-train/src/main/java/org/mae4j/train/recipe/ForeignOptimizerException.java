package org.mae4j.train.recipe;

import java.util.Set;
import org.mae4j.api.internal.Text;

/** A recipe as JSON has an optimizer of somebody's own, whose settings only they can make. */
public final class ForeignOptimizerException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * Says what to do instead.
   *
   * @param field that names the kind
   * @param kind as the recipe says
   * @param known those that are read
   */
  ForeignOptimizerException(String field, Object kind, Set<String> known) {
    super(
        field
            + " must be "
            + String.join(" or ", known)
            + ", but was "
            + Text.shown(kind.toString())
            + "; a run by an optimizer of your own goes on with the recipe that it began with,"
            + " given where it is resumed");
  }
}
