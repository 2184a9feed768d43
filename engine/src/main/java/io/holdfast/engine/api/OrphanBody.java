package io.holdfast.engine.api;

import io.holdfast.engine.orphan.HostItems;
import io.holdfast.engine.orphan.Orphan;
import io.holdfast.workflows.model.CensusItem;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a host has and the ledger does not know of there, with the evidence.
 *
 * @param kind DOMAIN, VOLUMES, VOLUME, IMAGE, NETWORK, RESERVATION; CLAIM: the ledger's, without
 *     anything on the host
 * @param name as the host has it
 * @param place pool or network
 * @param owner the instance, image or network that it says it is of
 * @param job that made it, as its tag says
 * @param detail power state of a domain, files of volumes, address of a reservation
 * @param actions verbs that it takes: adopt, delete
 * @param keptBy why it cannot be deleted like this
 * @param seenAt the census that found it
 */
public record OrphanBody(
    UUID id,
    String kind,
    String host,
    String name,
    String place,
    UUID owner,
    @Nullable UUID job,
    long bytes,
    String detail,
    String why,
    List<String> actions,
    @Nullable String keptBy,
    Instant firstSeenAt,
    Instant seenAt) {

  /** All of them, and when each host was looked at. */
  public record All(List<OrphanBody> items, List<Census> hosts) {}

  /** When a host's last census began. */
  public record Census(String host, Instant takenAt) {
    public static Census of(HostItems host) {
      return new Census(host.name(), host.takenAt());
    }
  }

  public static OrphanBody of(Orphan orphan) {
    CensusItem item = orphan.item();
    List<String> actions = new java.util.ArrayList<>();
    if (orphan.adoptable()) {
      actions.add("adopt");
    }
    if (orphan.kept() == null) {
      actions.add("delete");
    }
    return new OrphanBody(
        orphan.id(),
        orphan.kind(),
        orphan.host(),
        item.name(),
        item.place(),
        item.owner(),
        item.job(),
        item.bytes(),
        item.detail(),
        orphan.why(),
        actions,
        orphan.kept(),
        orphan.firstSeenAt(),
        orphan.censusAt());
  }
}
