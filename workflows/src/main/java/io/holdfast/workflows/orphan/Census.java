package io.holdfast.workflows.orphan;

import io.holdfast.workflows.activity.CensusActivities;
import io.holdfast.workflows.activity.CensusLedgerActivities;
import io.holdfast.workflows.model.CensusTicket;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.saga.Profiles;

/** One census of a host, from its beginning to its record. Changes nothing on the host. */
public final class Census {
  private Census() {}

  /** Its time is that of its beginning: what happened since then, it may have missed. */
  public static void take(HostId host) {
    CensusLedgerActivities ledger = Profiles.inventory(CensusLedgerActivities.class);
    CensusTicket ticket = ledger.beginCensus(host);
    ledger.recordCensus(
        host,
        ticket,
        Profiles.libvirtShort(CensusActivities.class, host).takeCensus(ticket.known()));
  }
}
