package io.holdfast.engine.db;

/** A row refers to one that was deleted meanwhile. The transaction is spoilt. */
public final class ReferenceGoneException extends DatabaseRefusal {
  private static final long serialVersionUID = 1;

  ReferenceGoneException(String message) {
    super(message);
  }
}
