package io.holdfast.engine.db;

/**
 * A constraint of the database said no. The transaction is still usable unless the type says so.
 */
public abstract sealed class DatabaseRefusal extends RuntimeException
    permits BusyException,
        NameTakenException,
        NetworkOverlapException,
        ReferenceGoneException,
        StillUsedException {
  private static final long serialVersionUID = 1;

  DatabaseRefusal(String message) {
    super(message);
  }
}
