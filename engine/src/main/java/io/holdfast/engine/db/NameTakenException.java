package io.holdfast.engine.db;

/** A thing of this kind has this name already. */
public final class NameTakenException extends DatabaseRefusal {
  private static final long serialVersionUID = 1;

  private final String name;

  NameTakenException(String name) {
    super("The name " + name + " is taken");
    this.name = name;
  }

  public String name() {
    return name;
  }
}
