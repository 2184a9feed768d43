package io.holdfast.activities.libvirt;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.util.HashMap;
import java.util.Map;
import org.libvirt.Domain;
import org.libvirt.DomainJobStats;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.TypedIntParameter;
import org.libvirt.TypedParameter;
import org.libvirt.TypedUlongParameter;

/**
 * The job that libvirt works on a domain with. Names and numbers are those of libvirt-domain.h
 * (virDomainJobOperation, VIR_DOMAIN_JOB_...).
 *
 * @param numbers its statistics; empty when there are none
 */
public record DomainJob(Kind kind, Map<String, Long> numbers) {
  private static final int COMPLETED = 1; // virDomainGetJobStatsFlags
  private static final long MIGRATION_IN = 4;
  private static final long MIGRATION_OUT = 5;
  private static final long SNAPSHOT = 6;
  private static final long BACKUP = 9;

  /** There is none. */
  public static final DomainJob NONE = new DomainJob(Kind.NONE, Map.of());

  /** What it does with the domain. */
  public enum Kind {
    NONE,
    MIGRATION_OUT,
    MIGRATION_IN,
    /** A backup, a snapshot. */
    OTHER
  }

  /** The job of this moment. Of a migration's target libvirt refuses to tell numbers. */
  public static DomainJob read(Domain domain) throws LibvirtException {
    if (domain.isActive() != 1) {
      return NONE;
    }
    try {
      DomainJobStats stats = domain.getJobStats(0);
      Map<String, Long> numbers = numbers(stats.stats);
      return stats.type == 0 ? NONE : new DomainJob(kind(numbers), numbers);
    } catch (LibvirtException refused) {
      if (LibvirtFault.codeOf(refused) != ErrorNumber.VIR_ERR_OPERATION_INVALID) {
        throw refused;
      }
      boolean wentOff = domain.isActive() != 1;
      return wentOff ? NONE : new DomainJob(Kind.MIGRATION_IN, Map.of());
    }
  }

  /** The statistics of the job that ended last; empty when libvirt has forgotten them. */
  public static DomainJob completed(Domain domain) throws LibvirtException {
    try {
      Map<String, Long> numbers = numbers(domain.getJobStats(COMPLETED).stats);
      return new DomainJob(kind(numbers), numbers);
    } catch (LibvirtException refused) {
      if (LibvirtFault.codeOf(refused) == ErrorNumber.VIR_ERR_OPERATION_INVALID) {
        return NONE;
      }
      throw refused;
    }
  }

  /** Fails with MIGRATION_BUSY while a migration takes the domain away or brings it here. */
  public static void requireNoMigration(Domain domain, InstanceId instance)
      throws LibvirtException {
    DomainJob job = read(domain);
    if (job.isMigration()) {
      throw Failures.of(
          FailureType.MIGRATION_BUSY, "A migration works on " + instance + " on this host");
    }
  }

  /**
   * Fails with DISKS_BUSY while a round reads the domain's disks: libvirt does one such thing at a
   * time, and would say after half a minute that it timed out.
   */
  public static void requireNoRound(Domain domain, InstanceId instance) throws LibvirtException {
    if (read(domain).isBackup()) {
      throw Failures.of(
          FailureType.DISKS_BUSY, "a round of replication reads the disks of " + instance);
    }
  }

  /** A snapshot is being taken. */
  public boolean isSnapshot() {
    return kind == Kind.OTHER && number("operation") == SNAPSHOT;
  }

  /** A round of replication reads the disks. */
  public boolean isBackup() {
    return kind == Kind.OTHER && number("operation") == BACKUP;
  }

  private boolean isMigration() {
    return kind == Kind.MIGRATION_IN || kind == Kind.MIGRATION_OUT;
  }

  /** 0 when the job has no such number. */
  public long number(String name) {
    return numbers.getOrDefault(name, 0L);
  }

  private static Kind kind(Map<String, Long> numbers) {
    long operation = numbers.getOrDefault("operation", 0L);
    if (operation == MIGRATION_OUT) {
      return Kind.MIGRATION_OUT;
    }
    return operation == MIGRATION_IN ? Kind.MIGRATION_IN : Kind.OTHER;
  }

  private static Map<String, Long> numbers(TypedParameter[] parameters) {
    Map<String, Long> numbers = new HashMap<>();
    for (TypedParameter parameter : parameters) {
      if (parameter instanceof TypedUlongParameter number) {
        numbers.put(number.field, number.value);
      } else if (parameter instanceof TypedIntParameter number) {
        numbers.put(number.field, (long) number.value);
      }
    }
    return numbers;
  }
}
