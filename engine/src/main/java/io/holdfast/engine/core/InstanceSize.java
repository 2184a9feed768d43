package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FlavorRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The numbers of a new instance, from its flavor or as they were given. */
record InstanceSize(@Nullable String flavor, int vcpus, int memoryMiB, List<Integer> diskGiB) {
  private static final long GIB = 1L << 30;

  static InstanceSize of(Daos daos, NewInstance wanted) {
    if (wanted.flavor() == null) {
      if (wanted.diskGiB().isEmpty()) {
        throw invalid("disks", "disks must have one at least, or name a flavor");
      }
      return new InstanceSize(
          null,
          required("vcpus", wanted.vcpus()),
          required("memoryMiB", wanted.memoryMiB()),
          wanted.diskGiB());
    }
    refuse("vcpus", wanted.vcpus());
    refuse("memoryMiB", wanted.memoryMiB());
    FlavorRow flavor =
        Lookup.inField(
            "flavor",
            "flavor",
            wanted.flavor(),
            daos.flavors()::findById,
            daos.flavors()::findByName);
    return new InstanceSize(
        flavor.name(),
        flavor.vcpus(),
        flavor.memoryMiB(),
        wanted.diskGiB().isEmpty() ? List.of(flavor.diskGiB()) : wanted.diskGiB());
  }

  /** The root disk starts as the image, so it must hold the image. */
  void checkHolds(NewInstance wanted, @Nullable Long virtualSizeBytes) {
    int root = diskGiB.get(0);
    if (virtualSizeBytes != null && root * GIB < virtualSizeBytes) {
      String field = wanted.diskGiB().isEmpty() ? "flavor" : "disks[0].sizeGiB";
      long needed = (virtualSizeBytes + GIB - 1) / GIB;
      throw invalid(
          field,
          "%s gives a root disk of %d GiB; the image needs %d".formatted(field, root, needed));
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
