package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceLocation;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PlacedImage;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.PowerOrder;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Inventory and reservations. Local activities of the engine: one database transaction each, and
 * each may run twice with the same result. The {@code complete...} calls end the job as SUCCEEDED
 * in the same transaction as the change that they record.
 */
@ActivityInterface
public interface LedgerActivities {
  /**
   * Chooses a host and claims capacity and addresses for the instance; a second call answers with
   * the first one's claim. Fails with NO_CAPACITY (one line for each refused host), NO_ADDRESS,
   * NOT_FOUND, HOST_UNREACHABLE (the one host with its replicas or snapshot is silent).
   */
  Placement reserve(JobId job, InstanceId instance);

  /** Gives capacity and addresses back; nothing claimed is no error. */
  void release(InstanceId instance);

  /** A signed address from which a host can fetch the image for a day. */
  ImageSource imageSource(ImageId image);

  /** Notes that the image was verified in a pool of a host. */
  void recordPlacedImage(HostId host, String pool, PlacedImage placed);

  /** Forgets that note. */
  void forgetPlacedImage(HostId host, String pool, ImageId image);

  void completeCreate(JobId job, InstanceId instance, GuestReport guest, List<StepUpdate> updates);

  InstanceLocation locate(InstanceId instance);

  /** Releases all claims and removes the instance's row. */
  void completeDelete(JobId job, InstanceId instance, List<StepUpdate> updates);

  PowerOrder powerOrder(JobId job, InstanceId instance);

  void recordPower(InstanceId instance, PowerState state);

  void completePower(JobId job, InstanceId instance, PowerState state, List<StepUpdate> updates);

  HostRef hostRef(HostId host);

  void completeDiscovery(JobId job, HostId host, HostFacts facts, List<StepUpdate> updates);

  /** A host and pool on which a new image can be verified, or null while none is active. */
  @Nullable PlacementTarget verificationHost();

  void completeImport(JobId job, ImageId image, long virtualSizeBytes, List<StepUpdate> updates);

  /** Writes what a host said of its domains, or null when it did not answer in time. */
  void recordObservation(HostId host, @Nullable HostObservation observation);

  /** A host and one of its pools. */
  record PlacementTarget(HostRef host, String pool) {}
}
