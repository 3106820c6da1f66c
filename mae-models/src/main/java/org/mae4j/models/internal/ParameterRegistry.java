package org.mae4j.models.internal;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Makes the parameters of a model, in the order of the published checkpoints. */
public final class ParameterRegistry {

  private final Consumer<Parameter> model;
  private final Initialization initialization;

  public ParameterRegistry(Consumer<Parameter> model, Initialization initialization) {
    this.model = model;
    this.initialization = initialization;
  }

  Parameter add(String name, Shape shape, Initializer start) {
    Parameter parameter =
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optShape(shape)
            .optInitializer(start)
            .build();
    model.accept(parameter);
    return parameter;
  }

  /** A weight (out, in...), xavier uniform, and if wanted a bias (out), zero. */
  List<Parameter> addLinear(String name, Shape weight, boolean bias) {
    List<Parameter> added = new ArrayList<>();
    String weightName = name + ".weight";
    added.add(add(weightName, weight, initialization.xavierUniform(weightName)));
    if (bias) {
      added.add(add(name + ".bias", new Shape(weight.get(0)), Initializer.ZEROS));
    }
    return added;
  }

  List<Parameter> addLinear(String name, int in, int out, boolean bias) {
    return addLinear(name, new Shape(out, in), bias);
  }

  /** The weight and the bias of a layer norm. */
  public List<Parameter> addNorm(String name, int width) {
    return List.of(
        add(name + ".weight", new Shape(width), Initializer.ONES),
        add(name + ".bias", new Shape(width), Initializer.ZEROS));
  }

  /** A table that is never trained. */
  public Parameter addFixed(String name, Shape shape, Initializer value) {
    Parameter parameter = add(name, shape, value);
    parameter.freeze(true);
    return parameter;
  }

  /** A token or table that starts at small random values. */
  Parameter addSmall(String name, Shape shape) {
    return addNormal(name, shape, 0.02);
  }

  /** A parameter that starts at normal values of mean 0. */
  public Parameter addNormal(String name, Shape shape, double deviation) {
    return add(name, shape, initialization.normal(name, deviation));
  }

  public Parameter addZero(String name, Shape shape) {
    return add(name, shape, Initializer.ZEROS);
  }
}
