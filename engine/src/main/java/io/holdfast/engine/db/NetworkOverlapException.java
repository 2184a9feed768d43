package io.holdfast.engine.db;

/** A network's addresses overlap those of another network. */
public final class NetworkOverlapException extends DatabaseRefusal {
  private static final long serialVersionUID = 1;

  private final String other;

  NetworkOverlapException(String other) {
    super("The addresses overlap those of network " + other);
    this.other = other;
  }

  /** Name of the network that has the addresses. */
  public String other() {
    return other;
  }
}
