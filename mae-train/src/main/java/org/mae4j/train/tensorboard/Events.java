package org.mae4j.train.tensorboard;

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
  private static final int IMAGE_HEIGHT = 1;
  private static final int IMAGE_WIDTH = 2;
  private static final int IMAGE_COLOURS = 3;
  private static final int IMAGE_ENCODED = 4;
  private static final int RGBA = 4;
  private static final int SESSION_LOG_STATUS = 1;
  private static final int SESSION_START = 1;

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

  private static byte[] event(long step, Fields what) {
    return message(
        out -> {
          out.writeDouble(EVENT_WALL_TIME, System.currentTimeMillis() / 1e3);
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
