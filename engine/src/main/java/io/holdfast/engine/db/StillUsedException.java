package io.holdfast.engine.db;

/** Something still refers to what was to be deleted. */
public final class StillUsedException extends DatabaseRefusal {
  private static final long serialVersionUID = 1;

  private final String user;

  StillUsedException(String user) {
    super("Still used by " + user);
    this.user = user;
  }

  /** One that uses it, for a person: {@code instance web-1}. */
  public String user() {
    return user;
  }
}
