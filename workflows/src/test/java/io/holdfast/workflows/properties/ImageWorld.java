package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.ImageLedgerActivities;
import io.holdfast.workflows.activity.ImageStoreActivities;
import io.holdfast.workflows.activity.LedgerActivities.PlacementTarget;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.Activity;
import java.util.List;
import java.util.Set;

/** The engine's image store beside a {@link World}, and what the ledger knows of images. */
final class ImageWorld implements ImageLedgerActivities, ImageStoreActivities {
  private final World world;

  /** An upload has brought the content. */
  volatile boolean uploaded;

  /** Which of the store's queues the last content was fetched on. */
  volatile String queue = "";

  ImageWorld(World world) {
    this.world = world;
  }

  @Override
  public List<PlacementTarget> imageCopies(ImageId image) {
    return List.of(world.verificationHost());
  }

  @Override
  public void completeImageDelete(JobId job, ImageId image, List<StepUpdate> updates) {
    world.facts.removeAll(Set.of("row", "copy-recorded"));
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public boolean isUploaded(ImageId image) {
    return uploaded;
  }

  @Override
  public void fetchContent(ImageId image) {
    queue = Activity.getExecutionContext().getInfo().getActivityTaskQueue();
    world.facts.add("content");
  }

  @Override
  public void deleteContent(ImageId image) {
    if (world.failingDeletes.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failures.of(FailureType.STORAGE_FAILED, "The store is away");
    }
    world.facts.remove("content");
  }
}
