package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mae4j.models.torch.TorchEngine;

/** What an evaluator knows of where it ran; the caller knows recipe, seed and data. */
final class Provenance {

  private Provenance() {}

  static Map<String, String> of(NDManager manager) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("device", manager.getDevice().toString());
    facts.putAll(TorchEngine.versions());
    return facts;
  }
}
