package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.model.VerifiedDisk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a recovery point was found to be, inside a transaction that holds its row's lock. */
final class Verdicts {
  private final Daos daos;

  Verdicts(Daos daos) {
    this.daos = daos;
  }

  /** A replica that nobody read is as bad as one that is wrong. */
  JsonNode record(RecoveryPointRow point, List<VerifiedDisk> found, Instant now) {
    List<String> broken = new ArrayList<>();
    for (RecoveryPointDiskRow disk : daos.recoveryPoints().disks(point.id())) {
      Optional<String> wrong = wrong(disk, found);
      wrong.ifPresent(
          why -> broken.add("%s of %s: %s".formatted(disk.disk(), disk.instanceName(), why)));
      daos.recoveryPoints()
          .setBroken(point.id(), disk.instanceId(), disk.disk(), wrong.orElse(null));
    }
    if (broken.isEmpty()) {
      daos.recoveryPoints().setVerified(point.id(), now);
      turn(point, RecoveryPointState.BROKEN, RecoveryPointState.AVAILABLE);
    } else {
      daos.recoveryPoints().setCondemned(point.id(), now);
      turn(point, RecoveryPointState.AVAILABLE, RecoveryPointState.BROKEN);
    }
    return ProtectionResults.verdict(point, broken);
  }

  /** What is read and right is as good as it ever was, whatever it was taken for meanwhile. */
  private void turn(RecoveryPointRow point, RecoveryPointState from, RecoveryPointState to) {
    if (point.state() == from && point.availableAt() != null) {
      daos.recoveryPoints().setState(point.id(), to);
    }
  }

  private static Optional<String> wrong(RecoveryPointDiskRow disk, List<VerifiedDisk> found) {
    for (VerifiedDisk one : found) {
      if (one.instance().value().equals(disk.instanceId()) && one.disk().equals(disk.disk())) {
        return Optional.ofNullable(wrong(disk, one));
      }
    }
    return Optional.of("was not read");
  }

  private static @Nullable String wrong(RecoveryPointDiskRow disk, VerifiedDisk found) {
    if (found.broken() != null) {
      return found.broken();
    }
    return String.valueOf(disk.root()).equals(found.root())
        ? null
        : "its root is %s, %s was sealed".formatted(found.root(), disk.root());
  }
}
