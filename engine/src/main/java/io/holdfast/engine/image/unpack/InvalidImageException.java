package io.holdfast.engine.image.unpack;

import java.io.IOException;

/** The content is not an image that may be used; the message says why, for its owner. */
public final class InvalidImageException extends IOException {
  private static final long serialVersionUID = 1;

  public InvalidImageException(String message) {
    super(message);
  }

  InvalidImageException(String message, Exception cause) {
    super(message, cause);
  }
}
