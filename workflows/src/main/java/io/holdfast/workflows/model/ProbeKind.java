package io.holdfast.workflows.model;

/** What a recovered guest is asked. */
public enum ProbeKind {
  /** The guest agent answers a ping. */
  AGENT,
  /** A port takes connections. */
  TCP,
  /** A page is answered. */
  HTTP,
  /** The console has printed a text. */
  CONSOLE,
  /** A command in the guest ends with 0. */
  COMMAND
}
