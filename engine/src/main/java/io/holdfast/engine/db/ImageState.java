package io.holdfast.engine.db;

/** How far an image is. */
public enum ImageState {
  AWAITING_CONTENT,
  IMPORTING,
  AVAILABLE,
  DELETING
}
