package org.mae4j.train.tensorboard;

import com.google.gson.JsonPrimitive;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The protobuf messages of TensorBoard's event files, as far as runs need them. Field numbers are
 * those of the published definitions.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/util/event.proto">event.proto</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/framework/summary.proto">summary.proto</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorboard/blob/2.18.0/tensorboard/plugins/hparams/plugin_data.proto">plugin_data.proto</a>
 */
final class Events {

  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int EVENT_SESSION_LOG = 7;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE = 2;
  private static final int VALUE_IMAGE = 4;
  private static final int VALUE_TENSOR = 8;
  private static final int VALUE_METADATA = 9;
  private static final int IMAGE_HEIGHT = 1;
  private static final int IMAGE_WIDTH = 2;
  private static final int IMAGE_COLOURS = 3;
  private static final int IMAGE_ENCODED = 4;
  private static final int RGBA = 4;
  private static final int SESSION_LOG_STATUS = 1;
  private static final int SESSION_START = 1;
  private static final int METADATA_PLUGIN = 1;
  private static final int PLUGIN_NAME = 1;
  private static final int PLUGIN_CONTENT = 2;
  private static final int TENSOR_TYPE = 1;
  private static final int TENSOR_SHAPE = 2;
  private static final int FLOAT = 1;
  private static final int SHAPE_DIMENSION = 2;
  private static final int DIMENSION_SIZE = 1;
  private static final int HPARAMS_START = 3;
  private static final int HPARAMS_END = 4;
  private static final int START_VALUES = 1;
  private static final int START_SECONDS = 5;
  private static final int END_STATUS = 1;
  private static final int END_SECONDS = 2;
  private static final int SUCCESS = 1;
  private static final int FAILURE = 2;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;
  private static final int NUMBER = 2;
  private static final int STRING = 3;
  private static final int BOOL = 4;

  /** Where the first chunk of a PNG file has its width, then its height. */
  private static final int PNG_WIDTH = 16;

  private Events() {}

  /** What a file must begin with. */
  static byte[] version() {
    return event(0, out -> out.writeString(EVENT_FILE_VERSION, "brain.Event:2"));
  }

  /** Makes TensorBoard forget what earlier files say of {@code step} and later ones. */
  static byte[] sessionStart(long step) {
    byte[] log = message(out -> out.writeEnum(SESSION_LOG_STATUS, SESSION_START));
    return event(step, out -> out.writeByteArray(EVENT_SESSION_LOG, log));
  }

  /** Numbers by tag. */
  static byte[] scalars(long step, Map<String, Double> values) {
    byte[] summary =
        message(
            out -> {
              for (Map.Entry<String, Double> entry : values.entrySet()) {
                byte[] value =
                    message(
                        inner -> {
                          inner.writeString(VALUE_TAG, entry.getKey());
                          inner.writeFloat(VALUE_SIMPLE, entry.getValue().floatValue());
                        });
                out.writeByteArray(SUMMARY_VALUE, value);
              }
            });
    return event(step, out -> out.writeByteArray(EVENT_SUMMARY, summary));
  }

  /** A picture. */
  static byte[] image(long step, String tag, byte[] png) {
    ByteBuffer size = ByteBuffer.wrap(png, PNG_WIDTH, 2 * Integer.BYTES);
    int width = size.getInt();
    int height = size.getInt();
    byte[] image =
        message(
            out -> {
              out.writeInt32(IMAGE_HEIGHT, height);
              out.writeInt32(IMAGE_WIDTH, width);
              out.writeInt32(IMAGE_COLOURS, RGBA);
              out.writeByteArray(IMAGE_ENCODED, png);
            });
    byte[] value =
        message(
            out -> {
              out.writeString(VALUE_TAG, tag);
              out.writeByteArray(VALUE_IMAGE, image);
            });
    byte[] summary = message(out -> out.writeByteArray(SUMMARY_VALUE, value));
    return event(step, out -> out.writeByteArray(EVENT_SUMMARY, summary));
  }

  /**
   * A run begins, with these hyper-parameters. There is no message of the whole experiment:
   * TensorBoard would take the first run's for all of them and show no field that this run lacks,
   * whereas without one it goes through all runs.
   *
   * @param values numbers, booleans and texts by name
   */
  static byte[] hyperParameters(Map<String, JsonPrimitive> values) {
    byte[] start =
        message(
            out -> {
              for (Map.Entry<String, JsonPrimitive> entry : values.entrySet()) {
                byte[] pair =
                    message(
                        inner -> {
                          inner.writeString(ENTRY_KEY, entry.getKey());
                          inner.writeByteArray(ENTRY_VALUE, value(entry.getValue()));
                        });
                out.writeByteArray(START_VALUES, pair);
              }
              out.writeDouble(START_SECONDS, now());
            });
    return hparams("session_start_info", out -> out.writeByteArray(HPARAMS_START, start));
  }

  private static byte[] value(JsonPrimitive value) {
    return message(
        out -> {
          if (value.isBoolean()) {
            out.writeBool(BOOL, value.getAsBoolean());
          } else if (value.isNumber()) {
            out.writeDouble(NUMBER, value.getAsDouble());
          } else {
            out.writeString(STRING, value.getAsString());
          }
        });
  }

  /** A run has come to its end. */
  static byte[] hyperParametersEnd(boolean success) {
    byte[] end =
        message(
            out -> {
              out.writeEnum(END_STATUS, success ? SUCCESS : FAILURE);
              out.writeDouble(END_SECONDS, now());
            });
    return hparams("session_end_info", out -> out.writeByteArray(HPARAMS_END, end));
  }

  /** TensorBoard reads the metadata alone, and wants a tensor beside it, be it of no elements. */
  private static byte[] hparams(String tag, Fields content) {
    byte[] plugin =
        message(
            out -> {
              out.writeString(PLUGIN_NAME, "hparams");
              out.writeByteArray(PLUGIN_CONTENT, message(content));
            });
    byte[] none = message(out -> out.writeInt64(DIMENSION_SIZE, 0));
    byte[] tensor =
        message(
            out -> {
              out.writeEnum(TENSOR_TYPE, FLOAT);
              out.writeByteArray(
                  TENSOR_SHAPE, message(shape -> shape.writeByteArray(SHAPE_DIMENSION, none)));
            });
    byte[] value =
        message(
            out -> {
              out.writeString(VALUE_TAG, "_hparams_/" + tag);
              out.writeByteArray(VALUE_TENSOR, tensor);
              out.writeByteArray(
                  VALUE_METADATA, message(data -> data.writeByteArray(METADATA_PLUGIN, plugin)));
            });
    byte[] summary = message(out -> out.writeByteArray(SUMMARY_VALUE, value));
    return event(0, out -> out.writeByteArray(EVENT_SUMMARY, summary));
  }

  /** Seconds since 1970. */
  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  private static byte[] event(long step, Fields what) {
    return message(
        out -> {
          out.writeDouble(EVENT_WALL_TIME, now());
          out.writeInt64(EVENT_STEP, step);
          what.write(out);
        });
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }
}
