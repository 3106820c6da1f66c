package org.mae4j.models.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** Values as JSON. What an {@link Optional} does not hold is left out. */
public final class Json {

  private static final TypeAdapterFactory OPTIONALS =
      new TypeAdapterFactory() {
        @Override
        @SuppressWarnings("unchecked")
        public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
          if (type.getRawType() != Optional.class) {
            return null;
          }
          ParameterizedType parameterized = (ParameterizedType) type.getType();
          TypeToken<?> value = TypeToken.get(parameterized.getActualTypeArguments()[0]);
          return (TypeAdapter<T>) optional(gson.getAdapter(value));
        }
      };

  private static final TypeAdapter<OptionalDouble> NUMBERS =
      new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, OptionalDouble number) throws IOException {
          if (number.isPresent()) {
            out.value(number.getAsDouble());
          } else {
            out.nullValue();
          }
        }

        @Override
        public OptionalDouble read(JsonReader in) throws IOException {
          if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return OptionalDouble.empty();
          }
          return OptionalDouble.of(in.nextDouble());
        }
      };

  private static final Gson GSON = builder().create();

  private Json() {}

  /** What reads and writes optional values, to be added to. */
  public static GsonBuilder builder() {
    return new GsonBuilder()
        .registerTypeAdapterFactory(OPTIONALS)
        .registerTypeAdapter(OptionalDouble.class, NUMBERS);
  }

  private static <V> TypeAdapter<Optional<V>> optional(TypeAdapter<V> values) {
    return new TypeAdapter<>() {
      @Override
      public void write(JsonWriter out, Optional<V> optional) throws IOException {
        if (optional.isPresent()) {
          values.write(out, optional.get());
        } else {
          out.nullValue();
        }
      }

      @Override
      public Optional<V> read(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
          in.nextNull();
          return Optional.empty();
        }
        return Optional.of(values.read(in));
      }
    };
  }

  /** A value as one line of JSON. */
  public static String write(Object value) {
    return GSON.toJson(value);
  }

  /**
   * The value that {@link #write} wrote.
   *
   * @param what it is, for messages: {@code model geometry}
   * @throws IllegalArgumentException if the text is not one
   */
  public static <V> V read(String json, Class<V> type, String what) {
    try {
      return Objects.requireNonNull(GSON.fromJson(json, type), "all of it");
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a " + what + ": " + reason(e), e);
    }
  }

  /** What a constructor refused; Gson wraps that in exceptions of many kinds. */
  public static String reason(RuntimeException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof NullPointerException
        ? "the field " + root.getMessage() + " is missing"
        : String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }
}
