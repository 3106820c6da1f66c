package org.mae4j.models.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads what {@code torch.save} pickles: containers, numbers, strings, tensors, namespaces. A
 * pickle is a program; this machine knows no operation that could do harm. Classes and functions
 * are names from a fixed list and never looked up; anything else is refused by its name.
 *
 * <p>There is no maintained Java library to lock down so: Pyrolite's unpickler calls registered
 * constructors, but fills unknown classes in as dictionaries and bounds nothing.
 */
final class Pickle {

  /** A class or function of the fixed list. */
  private record Global(String name) {}

  /** The values of tensors, somewhere else in the archive. */
  record Storage(String type, String key, long elements) {}

  /** A strided view of a storage. */
  record Tensor(Storage storage, long offset, List<?> size, List<?> stride) {}

  /** Nine times what a training checkpoint of ViT-H/14 takes; at most some 100 MB of objects. */
  private static final int MAX_STEPS = 1_000_000;

  /** PyTorch's own limit. */
  private static final int MAX_DIMENSIONS = 64;

  private static final int MAX_KEY_LENGTH = 64;

  /**
   * More than any seed takes; writing longer integers in decimals costs far more than their bytes.
   */
  private static final int MAX_INTEGER_BYTES = 16;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Object MARK = new Object();

  private final ByteBuffer in;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  /** Operations and copied entries that are still allowed: each takes memory beyond its bytes. */
  private int steps = MAX_STEPS;

  private Pickle(byte[] bytes) {
    in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The object that a pickle makes: a {@link Map}, {@link List}, {@link String}, {@link Number},
   * {@link Boolean}, null, {@link Tensor} or {@link Storage}. Objects may be shared or contain
   * themselves: do not walk them without a bound.
   *
   * @throws IOException if it is damaged or holds what is not allowed, with the reason
   */
  static Object load(byte[] bytes) throws IOException {
    try {
      return new Pickle(bytes).run();
    } catch (BufferUnderflowException e) {
      throw new IOException("the pickle ends in the middle", e);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("the pickle takes more than there is on its stack", e);
    } catch (ClassCastException | NullPointerException | UnsupportedOperationException e) {
      throw new IOException("the pickle uses an object as what it is not", e);
    }
  }

  private Object run() throws IOException {
    while (true) {
      spend(1);
      int operation = in.get() & 0xff;
      switch (operation) {
        case 0x80 -> protocol(in.get() & 0xff);
        case 0x95 -> in.getLong(); // FRAME
        case '.' -> {
          return pop();
        }
        case '(' -> stack.add(MARK);
        case '0' -> pop();
        case 'N' -> stack.add(null);
        case 0x88 -> stack.add(true);
        case 0x89 -> stack.add(false);
        case 'J' -> stack.add((long) in.getInt());
        case 'K' -> stack.add((long) (in.get() & 0xff));
        case 'M' -> stack.add((long) (in.getShort() & 0xffff));
        case 0x8a -> stack.add(longOf(in.get() & 0xff));
        case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
        case 'X' -> stack.add(text(in.getInt() & 0xffffffffL));
        case 0x8c -> stack.add(text(in.get() & 0xff));
        case 'U' -> stack.add(text(in.get() & 0xff));
        case ']' -> stack.add(new ArrayList<>());
        case '}' -> stack.add(new LinkedHashMap<>());
        case ')' -> stack.add(List.of());
        case 0x85 -> stack.add(lastAsTuple(1));
        case 0x86 -> stack.add(lastAsTuple(2));
        case 0x87 -> stack.add(lastAsTuple(3));
        case 't' -> stack.add(Collections.unmodifiableList(toMark()));
        case 'a' -> {
          Object value = pop();
          list(top()).add(value);
        }
        case 'e' -> {
          List<Object> values = toMark();
          list(top()).addAll(values);
        }
        case 's' -> {
          Object value = pop();
          Object key = pop();
          put(map(top()), key, value);
        }
        case 'u' -> {
          List<Object> items = toMark();
          putAll(map(top()), items);
        }
        case 'q' -> memo.put(in.get() & 0xff, top());
        case 'r' -> memo.put(in.getInt(), top());
        case 0x94 -> memo.put(memo.size(), top());
        case 'h' -> recall(in.get() & 0xff);
        case 'j' -> recall(in.getInt());
        case 'c' -> stack.add(global(line(), line()));
        case 0x93 -> {
          Object name = pop();
          stack.add(global((String) pop(), (String) name));
        }
        case 'R' -> {
          Object arguments = pop();
          stack.add(call((Global) pop(), tuple(arguments)));
        }
        case 0x81 -> {
          Object arguments = pop();
          stack.add(call((Global) pop(), tuple(arguments)));
        }
        case 'b' -> build(pop());
        case 'Q' -> stack.add(storage(tuple(pop())));
        default ->
            throw new IOException(
                String.format(
                    Locale.ROOT,
                    "the pickle has operation 0x%02x, which is not allowed",
                    operation));
      }
    }
  }

  private static void protocol(int version) throws IOException {
    if (version < 2 || version > 5) {
      throw new IOException("the pickle has protocol " + version + ", but only 2 to 5 are read");
    }
  }

  private Object top() {
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private List<Object> toMark() throws IOException {
    int from = stack.size() - 1;
    while (from >= 0 && stack.get(from) != MARK) {
      from--;
    }
    if (from < 0) {
      throw new IOException("the pickle ends a sequence that it did not begin");
    }
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> values = new ArrayList<>(tail.subList(1, tail.size()));
    tail.clear();
    return values;
  }

  private List<Object> lastAsTuple(int count) {
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> values = Collections.unmodifiableList(new ArrayList<>(tail));
    tail.clear();
    return values;
  }

  private void recall(int index) throws IOException {
    if (!memo.containsKey(index)) {
      throw new IOException("the pickle recalls " + index + ", which it did not keep");
    }
    stack.add(memo.get(index));
  }

  private Object longOf(int length) throws IOException {
    if (length > MAX_INTEGER_BYTES) {
      throw new IOException(
          "the pickle has an integer of "
              + length
              + " bytes, but at most "
              + MAX_INTEGER_BYTES
              + " are allowed");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    for (int i = 0; i < length / 2; i++) {
      byte swapped = bytes[i];
      bytes[i] = bytes[length - 1 - i];
      bytes[length - 1 - i] = swapped;
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(long length) throws IOException {
    if (length > in.remaining()) {
      throw new IOException(
          "the pickle has a string of " + length + " bytes where " + in.remaining() + " are left");
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (char c = (char) in.get(); c != '\n'; c = (char) in.get()) {
      line.append(c);
    }
    return line.toString();
  }

  private static Global global(String module, String name) throws IOException {
    String full = module + "." + name;
    boolean storage = module.equals("torch") && StorageType.of(name) != null;
    boolean allowed =
        switch (full) {
          case "collections.OrderedDict",
              "torch._utils._rebuild_tensor_v2",
              "torch._utils._rebuild_parameter",
              "torch.Size",
              "argparse.Namespace" ->
              true;
          default -> storage;
        };
    if (!allowed) {
      throw new IOException("the pickle names " + shortened(full) + ", which is not allowed");
    }
    return new Global(full);
  }

  static String shortened(String text) {
    String start = text.length() <= 100 ? text : text.substring(0, 100) + "...";
    return CONTROL.matcher(start).replaceAll("?");
  }

  private Object call(Global global, List<?> arguments) throws IOException {
    switch (global.name) {
      case "collections.OrderedDict" -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (!arguments.isEmpty()) {
          List<Object> pairs = list(arguments.get(0));
          spend(pairs.size());
          for (Object pair : pairs) {
            put(map, tuple(pair).get(0), tuple(pair).get(1));
          }
        }
        return map;
      }
      case "argparse.Namespace" -> {
        return new LinkedHashMap<>();
      }
      case "torch.Size" -> {
        return tuple(arguments.get(0));
      }
      case "torch._utils._rebuild_tensor_v2" -> {
        return new Tensor(
            (Storage) arguments.get(0),
            (Long) arguments.get(1),
            dimensions(arguments.get(2)),
            dimensions(arguments.get(3)));
      }
      case "torch._utils._rebuild_parameter" -> {
        return (Tensor) arguments.get(0);
      }
      default ->
          throw new IOException("the pickle calls " + global.name + ", which is not allowed");
    }
  }

  private void spend(int count) throws IOException {
    steps -= count;
    if (steps < 0) {
      throw new IOException("the pickle takes more than " + MAX_STEPS + " steps");
    }
  }

  /** Sets the attributes of the object on top: of a namespace its values, of others none. */
  private void build(Object state) throws IOException {
    Object target = top();
    if (target instanceof Map<?, ?> && state instanceof Map<?, ?> values) {
      spend(values.size());
      map(target).putAll(map(values));
    } else if (!(target instanceof Map<?, ?>)) {
      throw new IOException("the pickle sets attributes of what has none");
    }
  }

  private static Storage storage(List<?> id) throws IOException {
    if (id.size() != 5 || !"storage".equals(id.get(0))) {
      throw new IOException("the pickle refers to something outside that is no storage");
    }
    String global = ((Global) id.get(1)).name;
    String type = global.substring(global.lastIndexOf('.') + 1);
    if (StorageType.of(type) == null) {
      throw new IOException("the pickle has a storage of type " + global);
    }
    String key = (String) id.get(2);
    if (key.length() > MAX_KEY_LENGTH) {
      throw new IOException("the pickle has a storage of the long name " + shortened(key));
    }
    return new Storage(type, key, (Long) id.get(4));
  }

  /**
   * A copy, for a list could grow later. Many tensors can share one tuple, which costs its length
   * each time.
   */
  private List<?> dimensions(Object sizes) throws IOException {
    List<?> dimensions = tuple(sizes);
    if (dimensions.size() > MAX_DIMENSIONS) {
      throw new IOException(
          "the pickle has a tensor of "
              + dimensions.size()
              + " dimensions, but at most "
              + MAX_DIMENSIONS
              + " are allowed");
    }
    spend(dimensions.size());
    return List.copyOf(dimensions);
  }

  private static void putAll(Map<Object, Object> map, List<Object> items) throws IOException {
    if (items.size() % 2 != 0) {
      throw new IOException("the pickle has a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      put(map, items.get(i), items.get(i + 1));
    }
  }

  private static void put(Map<Object, Object> map, Object key, Object value) throws IOException {
    if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
      throw new IOException("the pickle has a key that is neither a string nor a number");
    }
    map.put(key, value);
  }

  @SuppressWarnings("unchecked") // Only maps of any objects are ever made here.
  private static Map<Object, Object> map(Object object) {
    return (Map<Object, Object>) object;
  }

  @SuppressWarnings("unchecked") // Only lists of any objects are ever made here.
  private static List<Object> list(Object object) {
    return (List<Object>) object;
  }

  private static List<?> tuple(Object object) {
    return (List<?>) object;
  }
}
