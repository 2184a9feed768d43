package io.holdfast.engine.db;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All DAOs, each made once for all threads; see {@link Database}. */
public final class Daos {
  private final Attach attach;
  private final Map<Class<?>, Object> made = new ConcurrentHashMap<>();

  Daos(Attach attach) {
    this.attach = attach;
  }

  public DecisionDao decisions() {
    return attach.dao(DecisionDao.class);
  }

  public FlavorDao flavors() {
    return dao(FlavorDao.class);
  }

  public HostDao hosts() {
    return dao(HostDao.class);
  }

  public IdempotencyDao idempotency() {
    return dao(IdempotencyDao.class);
  }

  public ImageDao images() {
    return dao(ImageDao.class);
  }

  public InstanceDao instances() {
    return dao(InstanceDao.class);
  }

  public JobDao jobs() {
    return dao(JobDao.class);
  }

  public NetworkDao networks() {
    return dao(NetworkDao.class);
  }

  public RemovedRowsDao removedRows() {
    return attach.dao(RemovedRowsDao.class);
  }

  public ReservationDao reservations() {
    return dao(ReservationDao.class);
  }

  public SealDao seals() {
    return attach.dao(SealDao.class);
  }

  public SharedKeyDao sharedKeys() {
    return dao(SharedKeyDao.class);
  }

  public SiteDao sites() {
    return dao(SiteDao.class);
  }

  public TokenDao tokens() {
    return dao(TokenDao.class);
  }

  private <T> T dao(Class<T> type) {
    return type.cast(made.computeIfAbsent(type, attach::dao));
  }

  /** Makes a DAO of this type. */
  @FunctionalInterface
  interface Attach {
    <T> T dao(Class<T> type);
  }
}
