package io.holdfast.activities.image;

import io.holdfast.workflows.model.ImageId;
import java.nio.file.Path;

/** Names of an image's files in a pool; the only place that spells them. */
public final class ImageFiles {
  private ImageFiles() {}

  /** {@code holdfast-image-<id>.qcow2}: there only when it was verified. */
  public static Path whole(Path folder, ImageId image) {
    return folder.resolve(prefix(image) + ".qcow2");
  }

  /** What has been fetched so far; a later run goes on from its end. */
  static Path fetched(Path folder, ImageId image) {
    return folder.resolve("." + prefix(image) + ".fetch.part");
  }

  /** All files of an image begin so, or so after a dot. */
  static String prefix(ImageId image) {
    return "holdfast-image-" + image;
  }
}
