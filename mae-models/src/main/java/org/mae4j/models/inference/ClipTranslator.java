package org.mae4j.models.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.Clip;

/** The way in, which all translators of clips share: clips are prepared, then stacked. */
abstract class ClipTranslator<O> implements Translator<Clip, O> {

  private final ClipPreparation preparation;

  ClipTranslator(ClipPreparation preparation) {
    this.preparation = Objects.requireNonNull(preparation, "preparation");
  }

  @Override
  public final NDList processInput(TranslatorContext context, Clip clip) {
    // A scope for each clip: frames at full resolution must not pile up over a batch.
    try (NDManager scope = context.getNDManager().newSubManager()) {
      NDArray prepared = preparation.prepare(clip, scope);
      prepared.attach(context.getNDManager());
      return new NDList(prepared);
    }
  }

  /** No clips are no arrays, which a predictor hands on as they are. */
  @Override
  public final NDList batchProcessInput(TranslatorContext context, List<Clip> clips)
      throws Exception {
    return clips.isEmpty() ? new NDList() : Translator.super.batchProcessInput(context, clips);
  }

  @Override
  public final List<O> batchProcessOutput(TranslatorContext context, NDList list) throws Exception {
    return list.isEmpty() ? List.of() : Translator.super.batchProcessOutput(context, list);
  }
}
