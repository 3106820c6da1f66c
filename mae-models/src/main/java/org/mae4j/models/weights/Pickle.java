package org.mae4j.models.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mae4j.api.internal.Text;

/**
 * Reads what {@code torch.save} pickles: containers, numbers, texts, tensors. A pickle is a
 * program; this machine knows no operation that could do harm. Classes and functions are names that
 * are never looked up, and an object of one that is not known here is never built: it is a
 * dictionary of what the pickle puts into it, so that it does not stand in the way of the rest.
 *
 * <p>There is no maintained Java library to lock down so: Pyrolite's unpickler calls registered
 * constructors and bounds nothing.
 */
final class Pickle {

  /**
   * What a pickle makes: a {@link Map} by texts, {@link List}, {@link String}, {@link Number},
   * {@link Boolean}, null or {@link Tensor}. Objects may be shared or contain themselves: do not
   * walk them without a bound.
   *
   * @param root the outermost object
   * @param storages all that the tensors lie in, by their keys
   * @param unbuilt names of classes and functions that it wanted called, the first few
   */
  record Contents(Object root, Map<String, Storage> storages, Set<String> unbuilt) {}

  /** The name of a class or function. */
  private record Global(String name) {}

  /**
   * The values of tensors, somewhere else in the archive.
   *
   * @param type a name that {@link StorageType} knows, or one of values that are not read
   */
  record Storage(String type, String key, long elements) {}

  /** A strided view of a storage. */
  record Tensor(Storage storage, long offset, List<?> size, List<?> stride) {}

  /** Nine times what a training checkpoint of ViT-H/14 takes; at most some 100 MB of objects. */
  private static final int MAX_STEPS = 1_000_000;

  /** Four times what a step takes of the heap: a checkpoint has more pickles, and tables after. */
  private static final int BYTES_PER_STEP = 512;

  /** How much of a text is one step more. */
  private static final int TEXT_PER_STEP = 64;

  /** PyTorch's own limit. */
  private static final int MAX_DIMENSIONS = 64;

  private static final int MAX_KEY_LENGTH = 64;
  private static final int MAX_GLOBAL_LENGTH = 1000;
  private static final int MAX_UNBUILT = 8;

  /** Longer ones are no number that a model needs, and cost far more than their bytes. */
  private static final int MAX_INTEGER_BYTES = 16;

  /** Functions that are given another one, a class of tensors, and arguments. */
  private static final Set<String> SUBCLASSES =
      Set.of("torch._tensor._rebuild_from_type", "torch._tensor._rebuild_from_type_v2");

  /** What is still to be done to a tensor's values. */
  private static final List<String> LAZY = List.of("neg", "conj");

  /** Where a module keeps its tensors; state_dict leaves these names out. */
  private static final List<String> MODULE_PARTS = List.of("_parameters", "_buffers", "_modules");

  private static final Object MARK = new Object();

  private final Cursor in;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private final Map<String, Storage> storages = new LinkedHashMap<>();
  private final Set<String> unbuilt = new LinkedHashSet<>();

  /** Operations and copied entries that are still allowed: each takes memory beyond its bytes. */
  private long steps = Math.min(MAX_STEPS, Runtime.getRuntime().maxMemory() / BYTES_PER_STEP);

  private Pickle(Cursor in) {
    this.in = in;
  }

  /**
   * Reads one pickle, up to its last operation.
   *
   * @throws IOException if it is damaged, takes too much memory or cannot be read, with the reason
   */
  static Contents load(Cursor in) throws IOException {
    Pickle pickle = new Pickle(in);
    try {
      return new Contents(pickle.run(), pickle.storages, pickle.unbuilt);
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
      int operation = in.getByte();
      switch (operation) {
        case 0x80 -> protocol(in.getByte());
        case 0x95 -> in.getLong(); // FRAME
        case '.' -> {
          return pop();
        }
        case '(' -> stack.add(MARK);
        case '0' -> pop();
        case '1' -> toMark();
        case '2' -> stack.add(top());
        case 'N' -> stack.add(null);
        case 0x88 -> stack.add(true);
        case 0x89 -> stack.add(false);
        case 'J' -> stack.add((long) in.getInt());
        case 'K' -> stack.add((long) in.getByte());
        case 'M' -> stack.add((long) in.getShort());
        case 0x8a -> stack.add(integer(in.getByte()));
        case 0x8b -> stack.add(integer(in.getInt()));
        case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
        case 'X', 'T' -> stack.add(text(Integer.toUnsignedLong(in.getInt())));
        case 0x8c, 'U' -> stack.add(text(in.getByte()));
        case 0x8d -> stack.add(text(in.getLong()));
        case 'B' -> skip(Integer.toUnsignedLong(in.getInt()));
        case 'C' -> skip(in.getByte());
        case 0x8e, 0x96 -> skip(in.getLong()); // bytes and bytearray
        case ']' -> stack.add(new ArrayList<>());
        case '}', 0x8f -> stack.add(new LinkedHashMap<>()); // A set keeps nothing.
        case ')' -> stack.add(List.of());
        case 0x85 -> stack.add(lastAsTuple(1));
        case 0x86 -> stack.add(lastAsTuple(2));
        case 0x87 -> stack.add(lastAsTuple(3));
        case 't' -> stack.add(Collections.unmodifiableList(toMark()));
        case 'a' -> append(Collections.singletonList(pop()));
        case 'e' -> append(toMark());
        case 0x90 -> toMark(); // ADDITEMS
        case 0x91 -> { // FROZENSET
          toMark();
          stack.add(new LinkedHashMap<>());
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
        case 'q' -> memo.put(in.getByte(), top());
        case 'r' -> memo.put(in.getInt(), top());
        case 0x94 -> memo.put(memo.size(), top());
        case 'h' -> recall(in.getByte());
        case 'j' -> recall(in.getInt());
        case 'c' -> stack.add(global(line(), line()));
        case 0x93 -> {
          Object name = pop();
          stack.add(global((String) pop(), (String) name));
        }
        case 'R', 0x81 -> {
          Object arguments = pop();
          stack.add(call(pop(), tuple(arguments)));
        }
        case 0x92 -> { // NEWOBJ_EX
          pop();
          Object arguments = pop();
          stack.add(call(pop(), tuple(arguments)));
        }
        case 'b' -> build(pop());
        case 'Q' -> stack.add(storage(pop()));
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

  private Object integer(int length) throws IOException {
    if (length < 0 || length > MAX_INTEGER_BYTES) {
      in.skip(length);
      return new LinkedHashMap<>();
    }
    byte[] bytes = in.getBytes(length);
    for (int i = 0; i < length / 2; i++) {
      byte swapped = bytes[i];
      bytes[i] = bytes[length - 1 - i];
      bytes[length - 1 - i] = swapped;
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** A text; one that is too long for a name is not kept. */
  private Object text(long length) throws IOException {
    if (length < 0 || length > in.left()) {
      throw new IOException(
          "the pickle has a string of " + length + " bytes where " + in.left() + " are left");
    }
    if (length > Cursor.MAX_PIECE) {
      in.skip(length);
      return new LinkedHashMap<>();
    }
    spend(length / TEXT_PER_STEP);
    return new String(in.getBytes((int) length), StandardCharsets.UTF_8);
  }

  private void skip(long length) {
    in.skip(length);
    stack.add(new LinkedHashMap<>());
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.getByte(); c != '\n'; c = in.getByte()) {
      if (line.length() == MAX_GLOBAL_LENGTH) {
        throw new IOException("the pickle has the long name " + Text.shown(line.toString()));
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private Global global(String module, String name) throws IOException {
    int length = module.length() + name.length();
    if (length > MAX_GLOBAL_LENGTH) {
      throw new IOException("the pickle has the long name " + Text.shown(module + "." + name));
    }
    spend(length / TEXT_PER_STEP);
    return new Global(module + "." + name);
  }

  /** What a class or function makes of its arguments. */
  private Object call(Object function, List<?> parameters) throws IOException {
    Object callee = function;
    List<?> arguments = parameters;
    while (callee instanceof Global global && SUBCLASSES.contains(global.name)) {
      spend(1);
      callee = arguments.get(0);
      arguments = tuple(arguments.get(2));
    }
    if (callee instanceof Map<?, ?>) {
      return new LinkedHashMap<>();
    }
    String name = ((Global) callee).name;
    return switch (name) {
      case "collections.OrderedDict" -> ordered(arguments);
      case "torch.Size",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state" ->
          arguments.get(0);
      case "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_qtensor" ->
          tensor(arguments);
      case "torch._utils._rebuild_sparse_tensor" -> unread("sparse", tuple(arguments.get(1)));
      case "torch._utils._rebuild_meta_tensor_no_storage" -> unread("meta", arguments);
      default -> {
        if (unbuilt.size() < MAX_UNBUILT) {
          unbuilt.add(Text.shown(name));
        }
        yield new LinkedHashMap<>();
      }
    };
  }

  private Map<String, Object> ordered(List<?> arguments) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty() && arguments.get(0) instanceof List<?> pairs) {
      spend(pairs.size());
      for (Object pair : pairs) {
        put(map, tuple(pair).get(0), tuple(pair).get(1));
      }
    }
    return map;
  }

  /** A view of a storage; where an argument was not built, neither is the tensor. */
  private Object tensor(List<?> arguments) throws IOException {
    if (!(arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Long offset
        && arguments.get(2) instanceof List<?> size
        && arguments.get(3) instanceof List<?> stride)) {
      return new LinkedHashMap<>();
    }
    String type = storage.type;
    Object extra = arguments.size() > 6 ? arguments.get(6) : null;
    if (extra instanceof Global dtype) {
      type = dtype.name.replace("torch.", "");
    } else if (extra instanceof Map<?, ?> bits && LAZY.stream().anyMatch(bits::containsKey)) {
      type = type + ", negated or conjugated later";
    }
    return new Tensor(
        new Storage(type, storage.key, storage.elements),
        offset,
        dimensions(size),
        dimensions(stride));
  }

  /** A tensor that has no storage; its size is the first list among the arguments. */
  private Tensor unread(String type, List<?> arguments) throws IOException {
    spend(arguments.size());
    Optional<?> size = arguments.stream().filter(List.class::isInstance).findFirst();
    return new Tensor(
        new Storage(type, "", 0),
        0,
        size.isPresent() ? dimensions(size.get()) : List.of(),
        List.of());
  }

  private void spend(long count) throws IOException {
    steps -= count;
    if (steps < 0) {
      throw new IOException(
          "the pickle takes more than " + MAX_STEPS + " steps, or more than this heap allows");
    }
  }

  private void append(List<Object> values) {
    if (!(top() instanceof Map<?, ?>)) {
      list(top()).addAll(values);
    }
  }

  /** Sets the attributes of the object on top, which become entries; of a module, its tensors. */
  private void build(Object state) throws IOException {
    if (top() instanceof Map<?, ?> && state instanceof Map<?, ?> values) {
      if (MODULE_PARTS.stream().allMatch(part -> values.get(part) instanceof Map<?, ?>)) {
        for (String part : MODULE_PARTS) {
          putAll(map(top()), map(values.get(part)));
        }
      } else {
        putAll(map(top()), map(values));
      }
    }
  }

  private void putAll(Map<String, Object> map, Map<String, Object> values) throws IOException {
    spend(values.size());
    map.putAll(values);
  }

  /** What lies outside: a storage, or what is not built; old pickles name modules so, too. */
  private Object storage(Object id) throws IOException {
    if (id instanceof List<?> parts
        && parts.size() >= 5
        && "storage".equals(parts.get(0))
        && parts.get(1) instanceof Global type
        && type.name.startsWith("torch.")
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements
        && (parts.size() == 5 || parts.get(5) == null)) {
      if (key.length() > MAX_KEY_LENGTH) {
        throw new IOException("the pickle has a storage of the long name " + Text.shown(key));
      }
      String name = type.name.substring(type.name.lastIndexOf('.') + 1);
      Storage storage = new Storage(name, key, elements);
      storages.putIfAbsent(key, storage);
      return storage;
    }
    return new LinkedHashMap<>();
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

  private static void putAll(Map<String, Object> map, List<Object> items) throws IOException {
    if (items.size() % 2 != 0) {
      throw new IOException("the pickle has a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      put(map, items.get(i), items.get(i + 1));
    }
  }

  /**
   * Keys are texts, and numbers as texts: a table of one type stays fast whatever their hashes, and
   * no tensor has another name.
   */
  private static void put(Map<String, Object> map, Object key, Object value) {
    if (key instanceof String || key instanceof Number || key instanceof Boolean) {
      map.put(key.toString(), value);
    }
  }

  @SuppressWarnings("unchecked") // Only maps of texts to any objects are ever made here.
  private static Map<String, Object> map(Object object) {
    return (Map<String, Object>) object;
  }

  @SuppressWarnings("unchecked") // Only lists of any objects are ever made here.
  private static List<Object> list(Object object) {
    return (List<Object>) object;
  }

  private static List<?> tuple(Object object) {
    return (List<?>) object;
  }
}
