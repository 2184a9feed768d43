package io.holdfast.workflows.volume;

import io.holdfast.workflows.activity.AttachmentActivities;
import io.holdfast.workflows.activity.VolumeLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.VolumeOrder;
import io.holdfast.workflows.saga.Profiles;
import java.time.Duration;

/**
 * A volume and an instance on one host. Attach and detach are each other's undo.
 *
 * @param order as the ledger recorded it
 * @param instance that gets the volume, or loses it
 */
record Attachment(VolumeOrder order, InstanceId instance) {
  /** How long a guest may take to let go of a disk; an idle one takes less than a second. */
  private static final int LET_GO_SECONDS = 30;

  private static final Duration LONGEST_CALL = Duration.ofSeconds(LET_GO_SECONDS + 60L);

  static Attachment of(VolumeLedgerActivities ledger, JobRequest request) {
    VolumeOrder order = ledger.volumeOrder(request.job(), request.volume());
    InstanceId instance = order.instance();
    if (instance == null) {
      throw Failures.of(FailureType.NOT_FOUND, "The job names no instance");
    }
    return new Attachment(order, instance);
  }

  void attach() {
    Profiles.libvirtShort(AttachmentActivities.class, host())
        .attachVolume(instance, order.volume());
  }

  void detach() {
    AttachmentActivities attachments =
        Profiles.libvirtLong(AttachmentActivities.class, host(), LONGEST_CALL);
    new LeftOverlays(host(), instance)
        .mergedBefore(
            () -> {
              attachments.detachVolume(instance, order.volume().id(), LET_GO_SECONDS);
              return instance;
            });
  }

  void undoAttach() {
    Profiles.undo(AttachmentActivities.class, host())
        .detachVolume(instance, order.volume().id(), LET_GO_SECONDS);
  }

  void undoDetach() {
    Profiles.undo(AttachmentActivities.class, host()).attachVolume(instance, order.volume());
  }

  private HostId host() {
    return order.host().id();
  }
}
