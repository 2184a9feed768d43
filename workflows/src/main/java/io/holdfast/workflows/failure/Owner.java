package io.holdfast.workflows.failure;

/** Who has to act on a failure. */
public enum Owner {
  CALLER,
  OPERATOR,
  SYSTEM
}
