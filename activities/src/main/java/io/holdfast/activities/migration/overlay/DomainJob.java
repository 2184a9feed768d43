package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.util.HashMap;
import java.util.Map;
import org.libvirt.Domain;
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

  /** The job of this moment. */
  public static DomainJob read(LibvirtSession session, Domain domain, InstanceId instance)
      throws LibvirtException, LibvirtFault {
    if (!isAtWork(session, domain, instance)) {
      return NONE;
    }
    try {
      Map<String, Long> numbers = numbers(domain.getJobStats(0).stats);
      long operation = numbers.getOrDefault("operation", 0L);
      return new DomainJob(kind(operation), numbers);
    } catch (LibvirtException refused) {
      if (LibvirtFault.codeOf(refused) != ErrorNumber.VIR_ERR_OPERATION_INVALID) {
        throw refused;
      }
      // Only a migration's source has statistics; or the job ended meanwhile.
      return isAtWork(session, domain, instance)
          ? new DomainJob(Kind.MIGRATION_IN, Map.of())
          : NONE;
    }
  }

  /** The statistics of the job that ended last; empty when libvirt has forgotten them. */
  public static DomainJob completed(Domain domain) throws LibvirtException {
    try {
      Map<String, Long> numbers = numbers(domain.getJobStats(COMPLETED).stats);
      return new DomainJob(kind(numbers.getOrDefault("operation", 0L)), numbers);
    } catch (LibvirtException refused) {
      if (LibvirtFault.codeOf(refused) == ErrorNumber.VIR_ERR_OPERATION_INVALID) {
        return NONE;
      }
      throw refused;
    }
  }

  /** Fails with MIGRATION_BUSY while a migration takes the domain away or brings it here. */
  public static void requireNoMigration(LibvirtSession session, Domain domain, InstanceId instance)
      throws LibvirtException, LibvirtFault {
    DomainJob job = read(session, domain, instance);
    if (job.isMigration()) {
      throw Failures.of(
          FailureType.MIGRATION_BUSY, "A migration works on " + instance + " on this host");
    }
  }

  boolean isMigration() {
    return kind == Kind.MIGRATION_IN || kind == Kind.MIGRATION_OUT;
  }

  /** 0 when the job has no such number. */
  public long number(String name) {
    return numbers.getOrDefault(name, 0L);
  }

  private static boolean isAtWork(LibvirtSession session, Domain domain, InstanceId instance)
      throws LibvirtException, LibvirtFault {
    return domain.isActive() == 1 && session.migrations().hasJob(instance.value());
  }

  private static Kind kind(long operation) {
    if (operation == MIGRATION_OUT) {
      return Kind.MIGRATION_OUT;
    }
    if (operation == MIGRATION_IN) {
      return Kind.MIGRATION_IN;
    }
    return operation == 0 ? Kind.NONE : Kind.OTHER;
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
