package io.holdfast.engine.lab;

import java.time.Duration;
import org.awaitility.Awaitility;

/** What may die, or be cut off, while a round runs; and how it comes back. */
enum RoundVictim {
  SOURCE_WORKER(Fault.KILL, "worker-" + ProtectedGuest.SOURCE),
  TARGET_WORKER(Fault.KILL, "worker-" + ProtectedGuest.TARGET),
  ENGINE(Fault.KILL, "engine"),
  TEMPORAL(Fault.KILL, "temporal"),
  POSTGRES(Fault.KILL, "postgres"),
  SOURCE_LIBVIRTD(Fault.KILL, "libvirtd-" + ProtectedGuest.SOURCE),
  TARGET_LIBVIRTD(Fault.KILL, "libvirtd-" + ProtectedGuest.TARGET),
  QEMU(Fault.KILL_GUEST, ProtectedGuest.SOURCE),
  SOURCE_LINK(Fault.CUT, ProtectedGuest.SOURCE),
  TARGET_LINK(Fault.CUT, ProtectedGuest.TARGET),
  SOURCE_POWER(Fault.POWER_CUT, ProtectedGuest.SOURCE),
  TARGET_POWER(Fault.POWER_CUT, ProtectedGuest.TARGET);

  private static final Duration CUT = Duration.ofSeconds(30);

  private final Fault fault;
  private final String who;

  RoundVictim(Fault fault, String who) {
    this.fault = fault;
    this.who = who;
  }

  private enum Fault {
    KILL,
    KILL_GUEST,
    CUT,
    POWER_CUT
  }

  /** Dies, and comes back. A guest that was killed stays dead. */
  void strike(String instance) {
    switch (fault) {
      case KILL -> {
        Lab.kill(who);
        Lab.start(who);
      }
      case KILL_GUEST ->
          Lab.on(Lab.host(who), "kill", "-KILL", Long.toString(Lab.guestProcess(instance)));
      case CUT -> {
        Lab.link(who, "down");
        Awaitility.await("the time of the cut")
            .pollDelay(CUT)
            .atMost(CUT.plusSeconds(30))
            .untilAsserted(() -> Lab.link(who, "up"));
      }
      case POWER_CUT -> {
        Lab.powerOff(Lab.host(who));
        Lab.powerOn(Lab.host(who));
      }
    }
  }

  /** One of ours or libvirt's dies, and nothing else does. */
  boolean isProcess() {
    return fault == Fault.KILL;
  }

  /** The guest is off afterwards. */
  boolean stopsTheGuest() {
    return this == QEMU || this == SOURCE_POWER;
  }
}
