package io.holdfast.engine.auth;

import io.holdfast.engine.db.Role;
import java.security.Principal;

/** Who makes a request: the name and role of the token. */
public record Caller(String name, Role role, String project) implements Principal {
  @Override
  public String getName() {
    return name;
  }

  /** Each role includes those below it. */
  public boolean has(Role wanted) {
    return role.compareTo(wanted) >= 0;
  }
}
