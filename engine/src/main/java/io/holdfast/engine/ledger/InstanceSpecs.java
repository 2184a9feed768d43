package io.holdfast.engine.ledger;

import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.KeptVolume;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.engine.seal.InstanceSecrets;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.NetworkSpec;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.SeedSpec;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns rows into the records that a host gets to see. */
final class InstanceSpecs {
  private InstanceSpecs() {}

  static InstanceSpec instance(
      UUID job,
      InstanceRow row,
      InstanceSecrets secrets,
      String pool,
      @Nullable ImageRow image,
      List<PortView> ports) {
    return spec(
        job,
        row,
        secrets,
        pool,
        image == null ? null : image(image),
        ports,
        readiness(row.spec(), image));
  }

  /** Of an instance that is there: its disks are made, and nobody asks what they started as. */
  static InstanceSpec placed(
      UUID job,
      InstanceRow row,
      InstanceSecrets secrets,
      String pool,
      @Nullable ImageRow image,
      List<PortView> ports) {
    boolean known = image != null || row.spec().restored() != null;
    return spec(
        job,
        row,
        secrets,
        pool,
        null,
        ports,
        known ? readiness(row.spec(), image) : GuestReadiness.NONE);
  }

  private static InstanceSpec spec(
      UUID job,
      InstanceRow row,
      InstanceSecrets secrets,
      String pool,
      @Nullable ImageSpec startsAs,
      List<PortView> ports,
      GuestReadiness readiness) {
    WantedInstance wanted = row.spec();
    return new InstanceSpec(
        new InstanceId(row.id()),
        new JobId(job),
        row.name(),
        wanted.vcpus(),
        wanted.memoryMiB(),
        wanted.limit(),
        pool,
        startsAs,
        disks(wanted),
        ports(ports),
        new SeedSpec(row.name(), secrets.sshKeys(), secrets.userData()),
        readiness,
        wanted.guestTimeoutSeconds());
  }

  private static List<DiskSpec> disks(WantedInstance wanted) {
    return IntStream.range(0, wanted.diskGiB().size()).mapToObj(i -> disk(i, wanted)).toList();
  }

  private static GuestReadiness readiness(WantedInstance wanted, @Nullable ImageRow image) {
    RestoredFrom restored = wanted.restored();
    return restored != null
        ? restored.readiness()
        : Objects.requireNonNull(image, "an image, or what it was restored from").readiness();
  }

  static DiskSpec disk(int position, WantedInstance wanted) {
    KeptVolume volume = wanted.startedAsVolumes().get(name(position));
    return new DiskSpec(
        name(position),
        DiskSpec.device(position),
        bytes(wanted.diskGiB().get(position)),
        volume == null ? null : volume.serial());
  }

  static String name(int position) {
    return position == 0 ? "root" : "disk" + position;
  }

  static long bytes(int gib) {
    return (long) gib << 30;
  }

  /** Fails with NOT_FOUND while the content is not known. */
  static ImageSpec image(ImageRow row) {
    ImageFormat format = row.contentFormat();
    String sha256 = row.contentSha256();
    Long size = row.sizeBytes();
    Long virtualSize = row.virtualSizeBytes();
    if (format == null
        || sha256 == null
        || size == null
        || virtualSize == null
        || row.state() == ImageState.AWAITING_CONTENT) {
      throw Failures.of(FailureType.NOT_FOUND, "Image " + row.name() + " has no content yet");
    }
    return new ImageSpec(new ImageId(row.id()), row.name(), format, sha256, size, virtualSize);
  }

  /** The ports that have an address; one without was never connected. */
  static List<PortSpec> ports(List<PortView> views) {
    return views.stream().flatMap(InstanceSpecs::port).toList();
  }

  private static Stream<PortSpec> port(PortView view) {
    String ipv4 = view.port().ipv4();
    if (ipv4 == null) {
      return Stream.empty();
    }
    NetworkSpec network =
        new NetworkSpec(
            new NetworkId(view.port().networkId()),
            view.networkName(),
            view.networkMode(),
            view.networkCidr());
    return Stream.of(new PortSpec(network, view.port().mac(), ipv4));
  }
}
