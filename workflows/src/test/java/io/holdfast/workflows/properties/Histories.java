package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.workflows.host.WatchHostWorkflowImpl;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Exported histories in {@code src/test/resources/histories}: of each kind of job one that
 * succeeded, one that failed at its last call to a host or a store and was undone, and one that was
 * cancelled there; and the watch of a host. Written in clear by {@link #record}. Files of released
 * code are kept in a folder of the release's name beside {@code current}.
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
        int last = lastCallElsewhere(calls);
        job(run, kind, Mode.AFTER, last, End.UNDONE);
        job(run, kind, Mode.CANCEL, last, End.CANCELLED);
      }
    }
    watch();
  }

  private static List<Call> job(PropertyRun run, JobKind kind, Mode mode, int at, End end)
      throws IOException {
    Scenario scenario = Scenario.of(kind);
    run.world.reset(scenario.before(), !scenario.rerunnable());
    List<Call> calls = run.run(kind, mode, at);
    Files.writeString(of(kind, end), run.history() + "\n");
    return calls;
  }

  /** Some looks at a host; the cancellation ends what would go on for ever. */
  private static void watch() throws IOException {
    World world = new World();
    HostId host = World.HOST.id();
    try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance()) {
      Worker control = temporal.newWorker(Queues.CONTROL);
      control.registerWorkflowImplementationTypes(WatchHostWorkflowImpl.class);
      control.registerActivitiesImplementations(world);
      temporal.newWorker(Queues.hostWait(host)).registerActivitiesImplementations(world);
      temporal.start();
      WorkflowStub watch =
          temporal
              .getWorkflowClient()
              .newUntypedWorkflowStub(
                  "WatchHostWorkflow",
                  WorkflowOptions.newBuilder().setTaskQueue(Queues.CONTROL).build());
      String id = watch.start(host, new HostObservation(Map.of())).getWorkflowId();
      await().until(() -> world.facts.contains("observed"));
      watch.cancel();
      assertThatThrownBy(() -> watch.getResult(Void.class))
          .isInstanceOf(WorkflowFailedException.class);
      Files.writeString(
          ofWatch(), temporal.getWorkflowClient().fetchHistory(id).toJson(false) + "\n");
    }
  }

  /** From 1, as a fault counts. */
  private static int lastCallElsewhere(List<Call> calls) {
    int position = calls.size();
    while (calls.get(position - 1).local()) {
      position--;
    }
    return position;
  }
}
