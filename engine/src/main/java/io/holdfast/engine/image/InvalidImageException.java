package io.holdfast.engine.image;

import java.io.IOException;

/** The content is not an image that may be used; the message says why, for its owner. */
public final class InvalidImageException extends IOException {
  private static final long serialVersionUID = 1;

  InvalidImageException(String message) {
    super(message);
  }
}
