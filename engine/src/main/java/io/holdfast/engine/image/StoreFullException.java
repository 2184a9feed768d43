package io.holdfast.engine.image;

import java.io.IOException;

/** The store's file system has no room left. */
public final class StoreFullException extends IOException {
  private static final long serialVersionUID = 1;

  StoreFullException(IOException cause) {
    super("The image store is full", cause);
  }
}
