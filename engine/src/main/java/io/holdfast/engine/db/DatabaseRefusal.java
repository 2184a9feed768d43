package io.holdfast.engine.db;

/** A constraint of the database said no. The transaction is still usable. */
public abstract sealed class DatabaseRefusal extends RuntimeException
    permits BusyException, NameTakenException, NetworkOverlapException, StillUsedException {
  private static final long serialVersionUID = 1;

  DatabaseRefusal(String message) {
    super(message);
  }
}
