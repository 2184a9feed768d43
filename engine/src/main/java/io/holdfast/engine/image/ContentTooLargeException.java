package io.holdfast.engine.image;

import java.io.IOException;

/** The content is larger than the store allows. */
public final class ContentTooLargeException extends IOException {
  private static final long serialVersionUID = 1;

  ContentTooLargeException(long maxBytes) {
    super("The content is larger than " + maxBytes + " bytes");
  }
}
