package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.ImageId;
import io.temporal.activity.ActivityInterface;

/** The engine's image store. Queues: images, and images.deletes for what leaves it. */
@ActivityInterface
public interface ImageStoreActivities {
  /**
   * Makes the image's content whole and verified in the store: downloads it when the image has a
   * source URL, else checks what was uploaded. Writes size, hash and virtual size to the image's
   * row. Fails with IMAGE_INVALID, IMAGE_CHECKSUM_MISMATCH, IMAGE_SOURCE_UNREACHABLE,
   * IMAGE_TOO_LARGE, STORAGE_FULL.
   */
  void fetchContent(ImageId image);

  /** Removes the content, a half fetched one too; none is no error. */
  void deleteContent(ImageId image);
}
