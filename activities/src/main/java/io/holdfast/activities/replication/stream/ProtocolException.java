package io.holdfast.activities.replication.stream;

import java.io.IOException;

/** The other end sent what it may not. */
public final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  public ProtocolException(String message) {
    super(message);
  }
}
