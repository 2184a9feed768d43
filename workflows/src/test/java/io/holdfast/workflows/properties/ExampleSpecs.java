package io.holdfast.workflows.properties;

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
import io.holdfast.workflows.model.ProbeKind;
import io.holdfast.workflows.model.ProbeSpec;
import io.holdfast.workflows.model.SeedSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the ledger settles about the one instance that the properties are held against. */
final class ExampleSpecs {
  static final ImageSpec IMAGE =
      new ImageSpec(
          ImageId.of("00000000-0000-0000-0000-00000000000a"),
          "guest",
          ImageFormat.QCOW2,
          "ab".repeat(32),
          1,
          1);
  static final List<PortSpec> PORTS =
      List.of(
          new PortSpec(
              new NetworkSpec(
                  NetworkId.of("00000000-0000-0000-0000-00000000000b"),
                  "default",
                  NetworkMode.NAT,
                  "10.90.0.0/24"),
              "52:54:00:00:00:01",
              "10.90.0.10"));

  private ExampleSpecs() {}

  /** {@code image}: null of one whose disks are made. */
  static InstanceSpec instance(JobId job, InstanceId instance, @Nullable ImageSpec image) {
    return new InstanceSpec(
        instance,
        job,
        "web",
        1,
        128,
        null,
        "fast",
        image,
        List.of(new DiskSpec("root", "vda", 1L << 30)),
        PORTS,
        new SeedSpec("web", List.of(), null),
        GuestReadiness.AGENT,
        60);
  }

  /** A question to it. */
  static ProbeSpec probe(InstanceId instance) {
    return new ProbeSpec(
        instance, ProbeKind.TCP, "10.90.0.10", 22, null, 0, null, List.of(), 60, null, List.of());
  }
}
