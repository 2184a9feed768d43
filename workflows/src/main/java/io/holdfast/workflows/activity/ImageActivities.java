package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.PlacedImage;
import io.temporal.activity.ActivityInterface;

/** Images on a host, one copy a pool however many instances ask. Queue: the host's. */
@ActivityInterface
public interface ImageActivities {
  /**
   * Fetches the content, verifies its SHA-256 while it streams, checks that it is what its format
   * says and stands alone (no backing file, no external data file), and keeps it as qcow2. A copy
   * that is there is adopted. Calls for one image wait for each other.
   *
   * <p>Fails with IMAGE_INVALID, IMAGE_CHECKSUM_MISMATCH, IMAGE_SOURCE_UNREACHABLE, STORAGE_FULL.
   */
  PlacedImage placeImage(ImageSource source, String pool);

  /** Removes the copy from the pool, a half fetched one too; none is no error. */
  void removeImage(ImageId image, String pool);
}
