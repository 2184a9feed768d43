package io.holdfast.activities;

import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.NetworkMode;
import io.holdfast.workflows.model.NetworkSpec;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.SeedSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One instance with everything, for texts that are compared. */
public final class Examples {
  public static final InstanceId INSTANCE = InstanceId.of("11111111-2222-4333-8444-555555555555");
  public static final JobId JOB = JobId.of("99999999-2222-4333-8444-555555555555");
  public static final ImageId IMAGE = ImageId.of("aaaaaaaa-2222-4333-8444-555555555555");
  public static final NetworkSpec NAT =
      new NetworkSpec(
          NetworkId.of("bbbbbbbb-2222-4333-8444-555555555555"),
          "front",
          NetworkMode.NAT,
          "10.90.0.0/24");
  public static final NetworkSpec ISOLATED =
      new NetworkSpec(
          NetworkId.of("cccccccc-2222-4333-8444-555555555555"),
          "back",
          NetworkMode.ISOLATED,
          "172.16.4.0/22");

  private Examples() {}

  public static InstanceSpec instance() {
    return instance(null);
  }

  /** {@code limit}: how far it may grow while it runs. */
  public static InstanceSpec instance(@Nullable ComputeSize limit) {
    return new InstanceSpec(
        INSTANCE,
        JOB,
        "web-1",
        2,
        1024,
        limit,
        "fast",
        image(ImageFormat.QCOW2, "00", 0),
        List.of(new DiskSpec("root", "vda", 64L << 20), new DiskSpec("disk1", "vdb", 32L << 20)),
        List.of(
            new PortSpec(NAT, "52:54:00:00:00:01", "10.90.0.10"),
            new PortSpec(ISOLATED, "52:54:00:00:00:02", "172.16.4.10")),
        new SeedSpec("web-1", List.of("ssh-ed25519 AAAA \"me\" <me@here>"), null),
        GuestReadiness.AGENT,
        120);
  }

  public static ImageSpec image(ImageFormat format, String sha256, long size) {
    return new ImageSpec(IMAGE, "debian-12", format, sha256, size, 32L << 20);
  }
}
