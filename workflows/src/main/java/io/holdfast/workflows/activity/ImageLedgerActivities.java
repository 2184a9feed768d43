package io.holdfast.workflows.activity;

import io.holdfast.workflows.activity.LedgerActivities.PlacementTarget;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** Images in the ledger. Local activities of the engine, as {@link LedgerActivities} are. */
@ActivityInterface
public interface ImageLedgerActivities {
  /**
   * True when its content is not to be fetched: the upload that began the import has brought it.
   */
  boolean isUploaded(ImageId image);

  /**
   * Where copies of the image are or may be: all that were noted, and every pool of each host that
   * answers, since a copy whose job died in between was never noted.
   */
  List<PlacementTarget> imageCopies(ImageId image);

  /** Removes the image's row with all notes of copies; the row may be gone. Ends the job. */
  void completeImageDelete(JobId job, ImageId image, List<StepUpdate> updates);
}
