package org.mae4j.models.inference;

import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslatorContext;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.VitClassifier;

/**
 * From a clip to its F features, for models without a head: a {@link VitClassifier} of 0 classes
 * gives what its {@link ClassifierConfig#pooling} makes of the tokens. The file of any model with
 * such an encoder, masked autoencoder or classifier, can be loaded as one.
 */
public final class EmbeddingTranslator extends ClipTranslator<float[]> {

  /** A translator for a model without a head. */
  public EmbeddingTranslator(ClipPreparation preparation) {
    super(preparation);
  }

  /**
   * Checks the model.
   *
   * @throws IllegalArgumentException if it has a head, whose logits are no features
   */
  @Override
  public void prepare(TranslatorContext context) {
    if (context.getBlock() instanceof VitClassifier classifier) {
      int classes = classifier.classes();
      Checks.require(
          classes == 0,
          "embeddings need a model of 0 classes, but this one has a head for %s",
          classes);
    }
  }

  @Override
  public float[] processOutput(TranslatorContext context, NDList list) {
    return list.singletonOrThrow().toFloatArray();
  }
}
