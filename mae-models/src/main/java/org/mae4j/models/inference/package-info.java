/**
 * From decoded clips to class probabilities and embeddings through DJL's own {@code Model}, {@code
 * Criteria} and {@code Predictor}:
 *
 * <pre>{@code
 * TorchEngine.start();
 * try (Kernels kernels = new ScriptedKernels();
 *     Model model = Model.newInstance("clips", "PyTorch")) {
 *   model.setBlock(Models.load(ClassifierConfig.class, file, kernels, model.getNDManager()));
 *   model.getBlock().freezeParameters(true);
 *   try (Predictor<Clip, Classifications> predictor =
 *       model.newPredictor(new ClassificationTranslator(classes, preparation))) {
 *     Classifications answer = predictor.predict(clip);
 *   }
 * }
 * }</pre>
 *
 * <p>{@link org.mae4j.models.torch.TorchEngine#start} comes first, since DJL reports usage over the
 * network if it starts the engine by itself. Frozen parameters spare predictions the recording of
 * gradients. A translator has no state and may be shared; a predictor is for one thread at a time.
 */
package org.mae4j.models.inference;
