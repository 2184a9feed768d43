package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.host.WatchHostWorkflowImpl;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import io.temporal.activity.Activity;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Exported histories in {@code src/test/resources/histories}: of each kind of job one that
 * succeeded, one that failed at its last call to a host or a store and was undone, and one that was
 * cancelled there (before it began, when it calls none); and the watch of a host. Written in clear
 * by {@link #record}. Files of released code are kept in a folder of the release's name beside
 * {@code current}.
 */
final class Histories {
  static final String HOW_TO_RECORD =
      "mvn -pl workflows test -Dtest=ReplayTest -Dhistories.record=true";

  private static final Path FOLDER = Path.of("src/test/resources/histories");
  private static final Path CURRENT = FOLDER.resolve("current");

  /** How a recorded job ended. */
  enum End {
    DONE,
    UNDONE,
    CANCELLED
  }

  private Histories() {}

  static Path of(JobKind kind, End end) {
    return CURRENT.resolve((kind + "." + end + ".json").toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  static Path ofWatch() {
    return CURRENT.resolve("watch-host.json");
  }

  /** All of them, those of released code as well. */
  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /** Writes those of the code as it is, over those that are there. */
  static void record() throws IOException {
    Files.createDirectories(CURRENT);
    try (Stream<Path> files = Files.list(CURRENT)) {
      for (Path old : files.toList()) {
        Files.delete(old);
      }
    }
    try (PropertyRun run = new PropertyRun(true)) {
      for (JobKind kind : JobKind.values()) {
        List<Call> calls = job(run, kind, Mode.NONE, 0, End.DONE);
        int last = lastStepElsewhere(calls);
        job(run, kind, Mode.AFTER, last, End.UNDONE);
        if (!calls.get(last - 1).local()) {
          job(run, kind, Mode.CANCEL, last, End.CANCELLED);
          continue;
        }
        try (PropertyRun untaken = new PropertyRun(false)) {
          job(untaken, kind, Mode.CANCEL, 0, End.CANCELLED);
        }
      }
    }
    try (PropertyRun run = new PropertyRun(true)) {
      MoveWithMoreTest.prepare(run);
      run.run(JobKind.MIGRATE_INSTANCE, Mode.NONE, 0);
      Files.writeString(CURRENT.resolve("migrate-instance-with-more.done.json"), run.history());
      run.migrations.shared = true;
      MoveWithMoreTest.prepare(run);
      run.run(JobKind.MIGRATE_INSTANCE, Mode.NONE, 0);
      Files.writeString(CURRENT.resolve("migrate-instance-shared.done.json"), run.history());
    }
    for (JobKind kind : List.of(JobKind.SNAPSHOT_INSTANCE, JobKind.RESTORE_SNAPSHOT)) {
      try (PropertyRun run = new PropertyRun(true)) {
        MemorySnapshotTest.prepare(run, kind);
        run.run(kind, Mode.NONE, 0);
        Files.writeString(ofMemory(kind), run.history() + "\n");
      }
    }
    watch();
  }

  private static Path ofMemory(JobKind kind) {
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return CURRENT.resolve(name + "-with-memory.done.json");
  }

  private static List<Call> job(PropertyRun run, JobKind kind, Mode mode, int at, End end)
      throws IOException {
    Scenario scenario = Scenario.of(kind);
    run.world.reset(scenario.before(), !scenario.rerunnable());
    List<Call> calls = run.run(kind, mode, at);
    Files.writeString(of(kind, end), run.history() + "\n");
    return calls;
  }

  /** Some looks at a host, the last of which is cancelled: a watch has no end of its own. */
  private static void watch() throws IOException {
    HostId host = World.HOST.id();
    Looks looks = new Looks();
    try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance()) {
      Worker control = temporal.newWorker(Queues.CONTROL);
      control.registerWorkflowImplementationTypes(WatchHostWorkflowImpl.class);
      World world = new World();
      RecoveryWorld owners = new RecoveryWorld(world);
      control.registerActivitiesImplementations(world, owners);
      temporal
          .newWorker(Queues.hostWait(host), PropertyRun.CANCEL_AT_ONCE)
          .registerActivitiesImplementations(looks, owners);
      temporal.start();
      WorkflowStub watch =
          temporal
              .getWorkflowClient()
              .newUntypedWorkflowStub(
                  "WatchHostWorkflow",
                  WorkflowOptions.newBuilder().setTaskQueue(Queues.CONTROL).build());
      String id = watch.start(host, new HostObservation(Map.of())).getWorkflowId();
      await().atMost(Duration.ofMinutes(1)).until(() -> looks.made.get() == Looks.MOST);
      watch.cancel();
      assertThatThrownBy(() -> watch.getResult(Void.class))
          .isInstanceOf(WorkflowFailedException.class);
      Files.writeString(
          ofWatch(), temporal.getWorkflowClient().fetchHistory(id).toJson(false) + "\n");
    }
  }

  /** The last look waits for a change, as on a quiet host. */
  private static final class Looks implements HostActivities {
    static final int MOST = 4;
    final AtomicInteger made = new AtomicInteger();

    @Override
    public HostObservation observeHost(HostObservation known, int maxWaitSeconds) {
      if (made.incrementAndGet() == MOST) {
        Fault.awaitCancellation(Activity.getExecutionContext());
      }
      return new HostObservation(Map.of());
    }

    @Override
    public HostFacts discoverHost() {
      throw new UnsupportedOperationException();
    }
  }

  /**
   * The last call to a host or a store; of a job that has none, the last that may fail for good.
   * From 1, as a fault counts.
   */
  private static int lastStepElsewhere(List<Call> calls) {
    int local = 0;
    for (int position = calls.size(); position > 0; position--) {
      Call call = calls.get(position - 1);
      if (!call.local()) {
        return position;
      }
      if (local == 0 && !Fault.isRepeated(call.type())) {
        local = position;
      }
    }
    return local == 0 ? calls.size() : local;
  }
}
