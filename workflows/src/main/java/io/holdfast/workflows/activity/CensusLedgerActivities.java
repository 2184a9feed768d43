package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.CensusTicket;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.OrphanOrder;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** Censuses and what follows from them, as {@link LedgerActivities} in all else. */
@ActivityInterface
public interface CensusLedgerActivities {
  CensusTicket beginCensus(HostId host);

  /** Writes a census; one that began before the one that is recorded changes nothing. */
  void recordCensus(HostId host, CensusTicket ticket, HostCensus census);

  void completeScan(JobId job, HostId host, List<StepUpdate> updates);

  OrphanOrder orphanOrder(JobId job);

  /**
   * Looks at the ledger and the last census once more. Fails with NOT_FOUND when the thing is no
   * orphan any more, or may not be removed now.
   */
  void checkOrphan(JobId job);

  /** Fails with LIBVIRT_REFUSED when the last census still has what the job removed. */
  void requireRemoved(JobId job);

  void completeRemoval(JobId job, List<StepUpdate> updates);

  /**
   * Makes the instance's row, its ports, place and claim from the domain. Fails with
   * ORPHAN_NOT_ADOPTABLE when the ledger has no room for it: its name or an address is taken, its
   * network or pool is not known.
   */
  void completeAdoption(JobId job, DomainDescription domain, List<StepUpdate> updates);
}
