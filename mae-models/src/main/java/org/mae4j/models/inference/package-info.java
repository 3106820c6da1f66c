/**
 * From clips to class probabilities and embeddings. A whole source of clips is one call, by any
 * number of threads:
 *
 * <pre>{@code
 * try (NDManager manager = TorchEngine.newManager();
 *     VitClassifier model = Models.loadClassifier(file, manager)) {
 *   for (ClipClassification clip : ClipClassification.of(model, clips)) {
 *     System.out.println(clip.source().id() + " " + clip.top(5));
 *   }
 * }
 * }</pre>
 *
 * <p>Single clips go through DJL's own {@code Model} and {@code Predictor}; {@code Crop} is
 * mae-data's:
 *
 * <pre>{@code
 * TorchEngine.start();
 * try (Model model = Model.newInstance("clips", "PyTorch");
 *     VitClassifier classifier = Models.loadClassifier(file, model.getNDManager())) {
 *   model.setBlock(classifier);
 *   ClipPreparation preparation = Crop.centre(classifier.input())::apply;
 *   try (Predictor<Clip, Classifications> predictor =
 *       model.newPredictor(new ClassificationTranslator(preparation))) {
 *     Classifications answer = predictor.predict(clip);
 *   }
 * }
 * }</pre>
 *
 * <p>{@link org.mae4j.models.torch.TorchEngine#start} comes first, since DJL reports usage over the
 * network if it starts the engine by itself. A translator has no state and may be shared; a
 * predictor is for one thread at a time.
 */
package org.mae4j.models.inference;
