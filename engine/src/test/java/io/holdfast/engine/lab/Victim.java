package io.holdfast.engine.lab;

import io.holdfast.workflows.model.Steps;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.awaitility.Awaitility;

/** Whom a fault hits, and what it is: SIGKILL, or a cable that is pulled. */
enum Victim {
  ENGINE("engine"),
  WORKER("worker-" + Victim.HOST),
  TEMPORAL("temporal"),
  POSTGRES("postgres"),
  LIBVIRTD("libvirtd-" + Victim.HOST),
  QEMU("") {
    @Override
    boolean isThereIn(String step) {
      return GUEST_RUNS_IN.contains(step);
    }

    @Override
    void strike(String instance) {
      Lab.on(Lab.host(HOST), "kill", "-KILL", Long.toString(Lab.guestProcess(instance)));
    }

    @Override
    void recover() {
      // a guest that was killed stays dead: what becomes of it is the job's to say
    }
  },
  LINK("") {
    @Override
    void strike(String instance) {
      Lab.link(HOST, "down");
    }

    @Override
    void recover() {
      Awaitility.await("the time of the cut")
          .pollDelay(CUT)
          .atMost(CUT.plusSeconds(30))
          .until(this::up);
    }

    private boolean up() {
      Lab.link(HOST, "up");
      return true;
    }
  };

  static final String HOST = "alpha1";
  static final Duration CUT = Duration.ofSeconds(20);
  private static final Set<String> GUEST_RUNS_IN =
      Set.of(Steps.START_DOMAIN, Steps.AWAIT_GUEST, Steps.ACTIVATE, Steps.STOP_DOMAIN);

  private final String process;

  Victim(String process) {
    this.process = process;
  }

  boolean isThereIn(String step) {
    return true;
  }

  /** Returns when it is dead. */
  void strike(String instance) {
    Lab.kill(process);
  }

  /** Returns when it is well again; does nothing to one that is. */
  void recover() {
    Lab.start(process);
  }

  String spelled() {
    return name().toLowerCase(Locale.ROOT);
  }
}
