package io.holdfast.activities.still;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.activities.domain.DomainAgent;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PowerState;
import java.util.List;
import org.libvirt.Domain;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.LibvirtException;

/** Has a guest stand still, and go on. What is done twice is done once. */
class Standstill {
  /** A guest with much to write out takes its time; the watchdog bounds all of it. */
  private static final int FREEZE_SECONDS = 10;

  private static final int PING_SECONDS = 2;

  private final LibvirtConnection libvirt;

  Standstill(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  boolean runs(InstanceId instance) {
    return libvirt.call("Reading the domain's state", session -> session.state(instance.value()))
        == PowerState.RUNNING;
  }

  boolean stands(InstanceId instance) {
    return libvirt.call("Reading the domain's state", session -> session.state(instance.value()))
        == PowerState.PAUSED;
  }

  boolean hasAgent(InstanceId instance) {
    return libvirt
        .call(
            "Asking the guest's agent",
            session ->
                session.domain(
                    instance.value(), domain -> DomainAgent.answers(domain, PING_SECONDS)))
        .orElse(false);
  }

  /** Has the guest write out and freeze its file systems. Fails with SNAPSHOT_UNSUPPORTED. */
  void freeze(InstanceId instance) {
    act(
        "Freezing the guest's file systems",
        instance,
        domain -> {
          String refusal;
          try {
            JsonNode frozen = DomainAgent.ask(domain, "guest-fsfreeze-freeze", FREEZE_SECONDS);
            if (frozen.asInt() > 0) {
              return true;
            }
            refusal = "it froze no file system";
          } catch (LibvirtException refused) {
            refusal = String.valueOf(refused.getMessage());
          }
          throw Failures.of(
              FailureType.SNAPSHOT_UNSUPPORTED,
              "The guest's agent does not freeze its file systems; ask for CRASH instead",
              List.of(refusal));
        });
  }

  void suspend(InstanceId instance) {
    act(
        "Suspending the domain",
        instance,
        domain -> {
          domain.suspend();
          return true;
        });
  }

  /** A guest that runs, or went down meanwhile, needs nothing. */
  void resume(InstanceId instance) {
    act(
        "Resuming the domain",
        instance,
        domain -> {
          try {
            if (isPaused(domain)) {
              domain.resume();
            }
          } catch (LibvirtException refused) {
            if (isPaused(domain)) {
              throw refused;
            }
          }
          return true;
        });
  }

  /** A guest that went down meanwhile needs nothing. */
  void thaw(InstanceId instance) {
    act(
        "Thawing the guest's file systems",
        instance,
        domain -> {
          if (domain.isActive() == 1) {
            DomainAgent.ask(domain, "guest-fsfreeze-thaw", FREEZE_SECONDS);
          }
          return true;
        });
  }

  private static boolean isPaused(Domain domain) throws LibvirtException {
    return domain.isActive() == 1 && domain.getInfo().state == DomainState.VIR_DOMAIN_PAUSED;
  }

  private void act(String doing, InstanceId instance, Act act) {
    libvirt.call(
        doing,
        session ->
            session.domain(instance.value(), domain -> Ownership.isOurs(domain) && act.on(domain)));
  }

  @FunctionalInterface
  private interface Act {
    boolean on(Domain domain) throws LibvirtException;
  }
}
