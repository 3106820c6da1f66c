package org.mae4j.examples.spark;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.data.TooManyBrokenFilesException;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.torch.TorchEngine;

/** Embeds the videos of a partition, in the process of an executor. */
final class PartitionRows {

  /** A row has features or, of a video that cannot be read, the reason. */
  static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType, false), true)
          .add("broken", DataTypes.StringType, true);

  private PartitionRows() {}

  /**
   * A row for each video.
   *
   * @param ids of videos, as paths within the folder
   */
  static Iterator<Row> of(EmbeddingWork work, Iterator<String> ids) {
    List<ClipInfo> clips = new ArrayList<>();
    ids.forEachRemaining(id -> clips.add(ClipInfo.unlabelled(id)));
    if (clips.isEmpty()) {
      return List.<Row>of().iterator();
    }
    VitClassifier model = ExecutorModel.of(work);
    ClipDataset videos =
        new ClipDataset(
            "a partition", Path.of(work.videos()), clips, List.of(), ClipReader.create());
    List<Row> rows = new ArrayList<>();
    try (NDManager manager = TorchEngine.newManager();
        VideoBatches batches =
            VideoBatches.evaluation(
                videos,
                model.input(),
                loader -> loader.setBatchSize(work.batch()).optMaxBrokenShare(1))) {
      try {
        batches.forEachBatch(manager, batch -> add(model, batch, rows));
      } catch (TooManyBrokenFilesException e) {
        // Of the whole it may well be one video in a thousand.
        if (batches.brokenFiles().size() < videos.size()) {
          throw e;
        }
      }
      batches
          .brokenFiles()
          .forEach(file -> rows.add(RowFactory.create(file.file(), null, file.getMessage())));
    }
    return rows.iterator();
  }

  private static void add(VitClassifier model, ClipBatch batch, List<Row> rows) {
    float[] features = model.features(batch.clips()).toFloatArray();
    int width = features.length / batch.size();
    for (int i = 0; i < batch.size(); i++) {
      Float[] row = new Float[width];
      for (int j = 0; j < width; j++) {
        row[j] = features[i * width + j];
      }
      rows.add(RowFactory.create(batch.sources().get(i).id(), row, null));
    }
  }
}
