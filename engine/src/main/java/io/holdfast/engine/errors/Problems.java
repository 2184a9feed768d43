package io.holdfast.engine.errors;

import java.util.List;

/** The mappers that a server must know; together they leave no exception without a problem. */
public final class Problems {
  private Problems() {}

  /** JAX-RS classes. */
  public static List<Class<?>> mappers() {
    return List.of(
        ProblemExceptionMapper.class,
        DatabaseRefusalMapper.class,
        ConstraintMapper.class,
        InvalidJsonMapper.class,
        ServerRefusalMapper.class,
        DefectMapper.class);
  }
}
