package org.mae4j.examples.app.check;

import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/**
 * What may be absent, as JSON has it: null.
 *
 * @param <T> the optional's type
 */
final class OptionalAdapter<T> extends TypeAdapter<T> {

  /** Reads what is there. */
  @FunctionalInterface
  interface Reading<T> {
    T read(JsonReader in) throws IOException;
  }

  /** Writes a value, or null. */
  @FunctionalInterface
  interface Writing<T> {
    void write(JsonWriter out, T value) throws IOException;
  }

  private final T absent;
  private final Reading<T> reading;
  private final Writing<T> writing;

  OptionalAdapter(T absent, Reading<T> reading, Writing<T> writing) {
    this.absent = absent;
    this.reading = reading;
    this.writing = writing;
  }

  @Override
  public T read(JsonReader in) throws IOException {
    if (in.peek() == JsonToken.NULL) {
      in.nextNull();
      return absent;
    }
    return reading.read(in);
  }

  @Override
  public void write(JsonWriter out, T value) throws IOException {
    if (value.equals(absent)) {
      out.nullValue();
    } else {
      writing.write(out, value);
    }
  }
}
