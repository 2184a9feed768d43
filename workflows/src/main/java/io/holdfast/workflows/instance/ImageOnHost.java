package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PlacedImage;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Functions.Func;

/**
 * The image's copy on one host. It is shared and verified once, so an instance that fails leaves it
 * there; the ledger only remembers it, and the host has the last word.
 */
final class ImageOnHost {
  private final LedgerActivities ledger;
  private final ImageActivities images;
  private final HostId host;
  private final ImageId image;
  private final String pool;

  ImageOnHost(LedgerActivities ledger, Placement placement) {
    InstanceSpec instance = placement.instance();
    this.ledger = ledger;
    this.host = placement.host().id();
    this.images = Profiles.storageCopy(ImageActivities.class, host);
    this.image = instance.requireImage().id();
    this.pool = instance.pool();
  }

  void place() {
    PlacedImage placed = images.placeImage(ledger.imageSource(image), pool);
    ledger.recordPlacedImage(host, pool, placed);
  }

  /**
   * Runs an action that needs the copy; when the host says it is gone, brings it there once more.
   */
  <T> T placedFor(Func<T> action) {
    try {
      return action.apply();
    } catch (ActivityFailure failure) {
      if (Failures.typeOf(failure) != FailureType.IMAGE_NOT_ON_HOST) {
        throw failure;
      }
      ledger.forgetPlacedImage(host, pool, image);
      place();
      return action.apply();
    }
  }
}
