package io.holdfast.engine.image.unpack;

import java.io.IOException;

/** The content, or what comes out of it, is larger than the store allows. */
public final class ContentTooLargeException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param what is too large, as the begin of a sentence
   */
  public ContentTooLargeException(String what, long maxBytes) {
    super(what + " is larger than " + maxBytes + " bytes (settings: images.maxBytes)");
  }
}
