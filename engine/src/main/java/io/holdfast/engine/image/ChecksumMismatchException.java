package io.holdfast.engine.image;

import java.io.IOException;

/** The content is not the one whose SHA-256 its owner gave. */
public final class ChecksumMismatchException extends IOException {
  private static final long serialVersionUID = 1;

  ChecksumMismatchException(String found, String expected) {
    super("The content's SHA-256 is " + found + ", not " + expected);
  }
}
