package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FlavorRow;
import io.holdfast.engine.db.KeptInstance;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.ComputeSize;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The numbers of a new instance, from its flavor or as they were given. */
record InstanceSize(@Nullable String flavor, int vcpus, int memoryMiB, List<Integer> diskGiB) {
  private static final long GIB = 1L << 30;

  InstanceSize {
    requireMachine(flavor, vcpus);
  }

  /** A flavor, or what an instance was, may be older than the limit of what is asked for. */
  static void requireMachine(@Nullable String flavor, int vcpus) {
    if (vcpus > ComputeSize.MOST_VCPUS) {
      String field = flavor == null ? "vcpus" : "flavor";
      throw invalid(
          field,
          "%s gives %d vCPUs; a machine has %d at most: give another flavor, or vcpus"
              .formatted(field, vcpus, ComputeSize.MOST_VCPUS));
    }
  }

  ComputeSize compute() {
    return new ComputeSize(vcpus, memoryMiB);
  }

  /** {@code virtualSizeBytes}: of the image. */
  static InstanceSize of(Daos daos, NewInstance wanted, @Nullable Long virtualSizeBytes) {
    InstanceSize size = of(daos, wanted);
    if (size.diskGiB.isEmpty()) {
      return size.withRootFor(virtualSizeBytes);
    }
    size.checkHolds(wanted, virtualSizeBytes);
    return size;
  }

  /** With the disks of a recovery point or snapshot; what is not asked for is as it was then. */
  static InstanceSize ofKept(
      Daos daos, WantedRestore wanted, KeptInstance source, List<Integer> diskGiB) {
    if (wanted.flavor() != null) {
      refuse("vcpus", wanted.vcpus());
      refuse("memoryMiB", wanted.memoryMiB());
      FlavorRow flavor = flavor(daos, wanted.flavor());
      return new InstanceSize(flavor.name(), flavor.vcpus(), flavor.memoryMiB(), diskGiB);
    }
    boolean asItWas = wanted.vcpus() == null && wanted.memoryMiB() == null;
    return new InstanceSize(
        asItWas ? source.flavor() : null,
        Objects.requireNonNullElse(wanted.vcpus(), source.vcpus()),
        Objects.requireNonNullElse(wanted.memoryMiB(), source.memoryMiB()),
        diskGiB);
  }

  private static FlavorRow flavor(Daos daos, String reference) {
    return Lookup.inField(
        "flavor", "flavor", reference, daos.flavors()::findById, daos.flavors()::findByName);
  }

  private static InstanceSize of(Daos daos, NewInstance wanted) {
    if (wanted.flavor() == null) {
      return new InstanceSize(
          null,
          required("vcpus", wanted.vcpus()),
          required("memoryMiB", wanted.memoryMiB()),
          wanted.diskGiB());
    }
    refuse("vcpus", wanted.vcpus());
    refuse("memoryMiB", wanted.memoryMiB());
    FlavorRow flavor = flavor(daos, wanted.flavor());
    return new InstanceSize(
        flavor.name(),
        flavor.vcpus(),
        flavor.memoryMiB(),
        wanted.diskGiB().isEmpty() ? List.of(flavor.diskGiB()) : wanted.diskGiB());
  }

  /** With a root disk that just holds the image. */
  private InstanceSize withRootFor(@Nullable Long virtualSizeBytes) {
    if (virtualSizeBytes == null) {
      throw invalid("disks", "disks must be given, since the size of the image is not known");
    }
    return new InstanceSize(flavor, vcpus, memoryMiB, List.of(gibFor(virtualSizeBytes)));
  }

  private static int gibFor(long bytes) {
    return Math.toIntExact(Math.max(1, (bytes + GIB - 1) / GIB));
  }

  /** The root disk starts as the image, so it must hold the image. */
  private void checkHolds(NewInstance wanted, @Nullable Long virtualSizeBytes) {
    int root = diskGiB.get(0);
    if (virtualSizeBytes != null && root * GIB < virtualSizeBytes) {
      String field = wanted.diskGiB().isEmpty() ? "flavor" : "disks[0].sizeGiB";
      throw invalid(
          field,
          "%s gives a root disk of %d GiB; the image needs %d"
              .formatted(field, root, gibFor(virtualSizeBytes)));
    }
  }

  private static int required(String field, @Nullable Integer value) {
    if (value == null) {
      throw invalid(field, field + " must be given when no flavor is");
    }
    return value;
  }

  private static void refuse(String field, @Nullable Integer value) {
    if (value != null) {
      throw invalid(field, field + " is given by the flavor; leave one of them out");
    }
  }

  private static ProblemException invalid(String field, String detail) {
    return ProblemException.ofField(ProblemCode.INVALID_FIELD, field, detail);
  }
}
