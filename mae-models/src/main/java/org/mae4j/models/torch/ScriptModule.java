package org.mae4j.models.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.mae4j.models.torch.internal.ScriptArchive;

/**
 * TorchScript methods, compiled by libtorch when the module is made: all of PyTorch's operators,
 * also those that DJL has not, and many of them in one call. Methods may be called by several
 * threads.
 *
 * <pre>{@code
 * try (ScriptModule script =
 *     ScriptModule.compile(
 *         """
 *           def residual(self, x: Tensor, weights: List[Tensor]) -> Tensor:
 *             return torch.add(x, torch.gelu(torch.linear(x, weights[0], weights[1])))
 *         """,
 *         Map.of())) {
 *   NDArray y = script.call("residual", List.of(x), List.of(weight, bias));
 * }
 * }</pre>
 */
public final class ScriptModule implements AutoCloseable {

  /** The optimising executor spends seconds specialising; the switch is per thread. */
  private static final ThreadLocal<Boolean> PLAIN_EXECUTOR =
      ThreadLocal.withInitial(
          () -> {
            JniUtils.setGraphExecutorOptimize(false);
            return true;
          });

  private static final String LIST_NAME = "list[]";

  private final NDManager manager;
  private final PtSymbolBlock module;
  private final Map<String, NDArray> methodMarkers = new ConcurrentHashMap<>();

  private ScriptModule(NDManager manager, PtSymbolBlock module) {
    this.manager = manager;
    this.module = module;
  }

  /**
   * Compiles methods.
   *
   * @param methods TorchScript, each method indented by two spaces, as PyTorch serialises it:
   *     operators are {@code torch.NAME} with all arguments that have no default
   * @param attributes constants that methods read as {@code self.name}: Boolean, Long or Double
   * @throws ai.djl.engine.EngineException if it does not compile; the message shows where
   */
  public static ScriptModule compile(String methods, Map<String, ?> attributes) {
    byte[] archive = ScriptArchive.of(methods, attributes);
    NDManager manager = TorchEngine.start().newBaseManager(Device.cpu());
    try (InputStream in = new ByteArrayInputStream(archive)) {
      return new ScriptModule(
          manager, JniUtils.loadModule((PtNDManager) manager, in, false, false));
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Compiles the methods in a resource beside {@code owner}. */
  public static ScriptModule compileResource(
      Class<?> owner, String resource, Map<String, ?> attributes) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + resource + " beside " + owner);
      }
      return compile(new String(in.readAllBytes(), StandardCharsets.UTF_8), attributes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Calls a method that returns one tensor, recording gradients if the thread does.
   *
   * @param method takes {@code inputs} as tensors, then {@code list} as one list of tensors
   * @param inputs at least one; the result belongs to the manager of the first
   * @param list not empty; these arrays lose their names, since DJL tells a list by its name
   */
  public NDArray call(String method, List<NDArray> inputs, List<NDArray> list) {
    PLAIN_EXECUTOR.get();
    NDList arguments = new NDList(inputs.size() + list.size() + 1);
    for (NDArray input : inputs) {
      input.setName(null);
      arguments.add(input);
    }
    for (NDArray element : list) {
      // Threads that share weights may do so at once: it is always the same name.
      element.setName(LIST_NAME);
      arguments.add(element);
    }
    arguments.add(methodMarkers.computeIfAbsent(method, this::methodMarker));
    return IValueUtils.forward(module, arguments, true).singletonOrThrow();
  }

  /** DJL reads the method to call from the name of an array that is not passed on. */
  private NDArray methodMarker(String method) {
    NDArray marker = manager.zeros(new Shape(1));
    marker.setName("module_method:" + method);
    return marker;
  }

  /**
   * Calls a method that changes tensors in place, without recording gradients.
   *
   * @param lists what the method takes first, each a list of tensors
   * @param scalars what it takes after them, as floats
   */
  public void update(String method, List<List<NDArray>> lists, double... scalars) {
    PLAIN_EXECUTOR.get();
    IValue[] arguments =
        Stream.concat(
                lists.stream().map(list -> IValue.listFrom(list.toArray(PtNDArray[]::new))),
                Arrays.stream(scalars).mapToObj(IValue::from))
            .toArray(IValue[]::new);
    try {
      IValueUtils.runMethod(module, method, arguments).close();
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
