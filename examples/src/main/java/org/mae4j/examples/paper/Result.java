package org.mae4j.examples.paper;

import java.util.List;

/**
 * One of the paper's results: what it needs, how it is measured, what to show of it.
 *
 * @param <T> its numbers
 */
public interface Result<T> {

  /** Names its folder: {@code result1}. */
  String name();

  /** What it asks. */
  String question();

  /** The models it needs, which may be trained side by side, those of the first seed first. */
  List<ModelKey> models(Study study, List<Long> seeds);

  /** Measures; all models are there. */
  T measure(Study study, ExperimentModels models, List<Long> seeds);

  /** What to show of it; may draw with the first seed's models. */
  ResultPage page(Study study, ExperimentModels models, long firstSeed, T result);
}
