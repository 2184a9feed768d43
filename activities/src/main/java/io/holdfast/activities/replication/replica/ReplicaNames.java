package io.holdfast.activities.replication.replica;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a replica's files in its pool; the only place that spells them. They do not begin with
 * the instance's id: its own disks do, and go with it.
 */
public final class ReplicaNames {
  /** What all names begin with, some of them after a dot. */
  static final String PREFIX = "replica-";

  private static final Pattern DISK =
      Pattern.compile("\\.?replica-([0-9A-Za-z-]+)\\.qcow2(?:\\.part)?");

  private static final String KEPT = ".kept";

  private ReplicaNames() {}

  /** {@code <instance>-<disk>-<point>}: also how a stream names its replica. */
  public static String name(InstanceId instance, String disk, RecoveryPointId point) {
    return instance + "-" + disk + "-" + point;
  }

  public static String name(ReplicaSpec replica) {
    return name(replica.instance(), replica.disk(), replica.point());
  }

  /** {@code replica-<name>.qcow2}: sealed. A reflink clone or an overlay of it is a disk. */
  public static Path disk(Path folder, String name) {
    return folder.resolve("replica-" + name + ".qcow2");
  }

  /** {@code replica-<name>.leaves}. */
  public static Path leaves(Path folder, String name) {
    return folder.resolve("replica-" + name + ".leaves");
  }

  static Path stagedDisk(Path folder, String name) {
    return folder.resolve(".replica-" + name + ".qcow2.part");
  }

  static Path stagedLeaves(Path folder, String name) {
    return folder.resolve(".replica-" + name + ".leaves.part");
  }

  /** There once the staged files are whole; see {@link StagingJournal}. */
  static Path journal(Path folder, String name) {
    return folder.resolve(".replica-" + name + ".journal");
  }

  /** {@code .replica-<name>.kept}: see {@link KeptReplicas}. */
  static Path kept(Path folder, String name) {
    return folder.resolve(".replica-" + name + KEPT);
  }

  /** {@code .replica-<name>.spare}: see {@link SpareClones}. */
  static Path spare(Path folder, String name) {
    return folder.resolve(".replica-" + name + ".spare");
  }

  static Path stagedSpare(Path folder, String name) {
    return folder.resolve(".replica-" + name + ".spare.part");
  }

  /** The replica's name when this is its disk, sealed or staged; else empty. */
  static String ofDisk(Path file) {
    Matcher matcher = DISK.matcher(String.valueOf(file.getFileName()));
    return matcher.matches() ? matcher.group(1) : "";
  }

  static boolean isKept(Path file) {
    return String.valueOf(file.getFileName()).endsWith(KEPT);
  }

  /** What the names of all replicas of a disk begin with. */
  static String allOf(InstanceId instance, String disk) {
    return "replica-" + instance + "-" + disk + "-";
  }
}
