package io.holdfast.engine.db;

import io.holdfast.config.PlacementSettings;

/** All DAOs, and how often what they tell of is promised; see {@link Database}. */
public final class Daos {
  private final Attach attach;
  private final PlacementSettings placement;

  Daos(Attach attach, PlacementSettings placement) {
    this.attach = attach;
    this.placement = placement;
  }

  public PlacementSettings placement() {
    return placement;
  }

  public AuditDao audit() {
    return attach.dao(AuditDao.class);
  }

  public BandwidthLimitDao bandwidthLimits() {
    return attach.dao(BandwidthLimitDao.class);
  }

  public CensusDao censuses() {
    return attach.dao(CensusDao.class);
  }

  public DecisionDao decisions() {
    return attach.dao(DecisionDao.class);
  }

  public DrillScheduleDao drillSchedules() {
    return attach.dao(DrillScheduleDao.class);
  }

  public EndedJobDao endedJobs() {
    return attach.dao(EndedJobDao.class);
  }

  public EvacuationDao evacuations() {
    return attach.dao(EvacuationDao.class);
  }

  public EventDao events() {
    return attach.dao(EventDao.class);
  }

  public FlavorDao flavors() {
    return attach.dao(FlavorDao.class);
  }

  public HostDao hosts() {
    return attach.dao(HostDao.class);
  }

  public IdempotencyDao idempotency() {
    return attach.dao(IdempotencyDao.class);
  }

  public ImageDao images() {
    return attach.dao(ImageDao.class);
  }

  public InstanceDao instances() {
    return attach.dao(InstanceDao.class);
  }

  public JobDao jobs() {
    return attach.dao(JobDao.class);
  }

  public LeaseDao leases() {
    return attach.dao(LeaseDao.class);
  }

  public MigrationDao migrations() {
    return attach.dao(MigrationDao.class);
  }

  public NetworkDao networks() {
    return attach.dao(NetworkDao.class);
  }

  public OwnershipDao ownerships() {
    return attach.dao(OwnershipDao.class);
  }

  public PlanRunDao planRuns() {
    return attach.dao(PlanRunDao.class);
  }

  public PlanProofDao planProofs() {
    return attach.dao(PlanProofDao.class);
  }

  public ProtectionGroupDao protectionGroups() {
    return attach.dao(ProtectionGroupDao.class);
  }

  public RecoveryPlanDao recoveryPlans() {
    return attach.dao(RecoveryPlanDao.class);
  }

  public RecoveryPointDao recoveryPoints() {
    return attach.dao(RecoveryPointDao.class);
  }

  public RehearsalDao rehearsals() {
    return attach.dao(RehearsalDao.class);
  }

  public RemovedRowsDao removedRows() {
    return attach.dao(RemovedRowsDao.class);
  }

  public QuotaDao quotas() {
    return attach.dao(QuotaDao.class);
  }

  public RunJobDao runJobs() {
    return attach.dao(RunJobDao.class);
  }

  public RunSteeringDao runSteering() {
    return attach.dao(RunSteeringDao.class);
  }

  public ReversalDao reversals() {
    return attach.dao(ReversalDao.class);
  }

  public ReservationDao reservations() {
    return attach.dao(ReservationDao.class);
  }

  public SealDao seals() {
    return attach.dao(SealDao.class);
  }

  public SharedKeyDao sharedKeys() {
    return attach.dao(SharedKeyDao.class);
  }

  public SiteDao sites() {
    return attach.dao(SiteDao.class);
  }

  public SnapshotDao snapshots() {
    return attach.dao(SnapshotDao.class);
  }

  public TokenDao tokens() {
    return attach.dao(TokenDao.class);
  }

  public VolumeDao volumes() {
    return attach.dao(VolumeDao.class);
  }

  public VolumeReservationDao volumeReservations() {
    return attach.dao(VolumeReservationDao.class);
  }

  public WebhookDao webhooks() {
    return attach.dao(WebhookDao.class);
  }

  /** Makes a DAO of this type, or answers with the one that it made before. */
  @FunctionalInterface
  interface Attach {
    <T> T dao(Class<T> type);
  }
}
