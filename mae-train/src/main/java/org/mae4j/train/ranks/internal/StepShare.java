package org.mae4j.train.ranks.internal;

import java.util.Collection;
import java.util.List;

/** What a rank has to say of its batches of a step, before the gradients are summed. */
public final class StepShare {

  private final long step;
  private final double[] losses;
  private int clips;
  private boolean stop;
  private boolean failed;
  private boolean notFinite;

  /** The clips of the loss that is not finite, or why the rank failed. */
  private List<String> words = List.of();

  /**
   * Nothing yet.
   *
   * @param step from 0
   * @param batches of the whole step
   */
  public StepShare(long step, int batches) {
    this.step = step;
    this.losses = new double[batches];
  }

  /** A batch was gone through. */
  public void add(int batch, double loss, int clipsOfIt) {
    losses[batch] = loss;
    clips += clipsOfIt;
  }

  /** A batch's loss is infinite or not a number; the rest is left out. */
  public void addNotFinite(int batch, double loss, Collection<String> clipsOfIt) {
    losses[batch] = loss;
    notFinite = true;
    words = List.copyOf(clipsOfIt);
  }

  /** The rank cannot go on. */
  public void fail(Throwable failure) {
    failed = true;
    words = List.of(String.valueOf(failure));
  }

  /** Whether this rank was asked to stop. */
  public void stop(boolean asked) {
    stop = asked;
  }

  long step() {
    return step;
  }

  double[] losses() {
    return losses.clone();
  }

  int clips() {
    return clips;
  }

  boolean isStop() {
    return stop;
  }

  boolean isFailed() {
    return failed;
  }

  boolean isNotFinite() {
    return notFinite;
  }

  List<String> words() {
    return words;
  }
}
