package io.holdfast.engine.db;

/** What the bearer of a token may do; each includes those before it. */
public enum Role {
  VIEWER,
  OPERATOR,
  ADMIN
}
