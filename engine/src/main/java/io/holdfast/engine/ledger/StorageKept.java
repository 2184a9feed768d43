package io.holdfast.engine.ledger;

import io.holdfast.engine.db.HostDao;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.PoolFacts;
import io.holdfast.workflows.model.SharedFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A pool stays for as long as anything lies in it, and a shared one stays on its storage. When a
 * mount is away, what is below its mountpoint looks to a host like new storage; what was placed
 * there would be hidden once the mount is back. A pool that is not active then is not known to be
 * gone, and what is promised of it is still promised.
 */
final class StorageKept {
  private StorageKept() {}

  /** Fails with HOST_UNSUITABLE. */
  static void require(HostDao hosts, UUID host, HostFacts facts) {
    List<String> causes = new ArrayList<>();
    for (PoolRow known : hosts.pools(host)) {
      facts.pools().stream()
          .filter(pool -> pool.name().equals(known.name()))
          .findFirst()
          .map(
              found ->
                  found.away() ? missing(hosts, known, "mounted") : exchanged(hosts, known, found))
          .orElseGet(() -> missing(hosts, known, "active"))
          .ifPresent(causes::add);
    }
    if (!causes.isEmpty()) {
      throw Failures.of(
          FailureType.HOST_UNSUITABLE,
          "Storage is not there as it was before; is the mount there?",
          causes);
    }
  }

  private static Optional<String> missing(HostDao hosts, PoolRow known, String what) {
    return hosts
        .userOfPool(known.hostId(), known.name())
        .map(user -> "pool %s is not %s, and %s lies in it".formatted(known.name(), what, user));
  }

  private static Optional<String> exchanged(HostDao hosts, PoolRow known, PoolFacts found) {
    String before = known.storage();
    SharedFolder now = found.shared();
    return before == null || now == null || before.equals(now.storage())
        ? Optional.empty()
        : hosts
            .userOfPool(known.hostId(), known.name())
            .map(
                user ->
                    "pool %s: %s lies on storage %s, and %s has %s"
                        .formatted(known.name(), user, before, found.path(), now.storage()));
  }
}
