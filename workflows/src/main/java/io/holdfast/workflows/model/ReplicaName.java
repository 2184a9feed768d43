package io.holdfast.workflows.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a replica's files are named after: {@code <instance>-<disk>-<point>}. */
public record ReplicaName(InstanceId instance, String disk, RecoveryPointId point) {
  private static final String ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
  private static final Pattern NAME = Pattern.compile(ID + "-(\\w+)-" + ID);

  /** Empty when it is no such name. */
  public static Optional<ReplicaName> parse(String name) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        ? Optional.of(
            new ReplicaName(
                InstanceId.of(parts.group(1)), parts.group(2), RecoveryPointId.of(parts.group(3))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return instance + "-" + disk + "-" + point;
  }
}
