package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.activity.InstanceActivities;
import io.holdfast.workflows.activity.JobActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceLocation;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PlacedImage;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.PowerOrder;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the workflows can change, as a set of short facts such as "domain" or "volumes".
 * For the properties of workflows only: what the real activities do is tested on the lab.
 */
final class World
    implements VolumeActivities,
        ImageActivities,
        NetworkActivities,
        DomainActivities,
        InstanceActivities,
        HostActivities,
        JobActivities,
        LedgerActivities {
  static final HostRef HOST = new HostRef(HostId.ofName("alpha1"), "alpha1");
  static final List<Map.Entry<String, String>> BUILD =
      List.of(
          Map.entry(Steps.CREATE_VOLUMES, "volumes"),
          Map.entry(Steps.CONNECT_PORTS, "ports"),
          Map.entry(Steps.DEFINE_DOMAIN, "domain"),
          Map.entry(Steps.START_DOMAIN, "running"));

  volatile int buildStopsAfter = BUILD.size(); // the step that fails, from 0
  final Gate gate = new Gate();
  final Set<String> facts;
  volatile @Nullable JobState ended;
  volatile @Nullable JobOutcome outcome;

  /** What the job asked, in order. */
  final List<JobHold> holds = new CopyOnWriteArrayList<>();

  /** Is told of each question. */
  volatile Consumer<JobHold> onHold = hold -> {};

  /** Is told of each question of a job that the job waits for. */
  volatile BiConsumer<JobId, JobHold> onChildHold = (job, hold) -> {};

  /** The decisions whose patches were applied. */
  final Set<UUID> patches = new ConcurrentSkipListSet<>();

  /** What was said of steps: {@code <step> <state>}. */
  final Set<String> told = new ConcurrentSkipListSet<>();

  /** What was said of them beside. */
  final Set<String> details = new ConcurrentSkipListSet<>();

  /** Is told of each start of the guest. */
  volatile Runnable onStart = () -> {};

  /** Is told before each stop of it. */
  volatile Runnable onStop = () -> {};

  final ChildJobs children = new ChildJobs();
  final StepStates steps = new StepStates();
  final MoveWorld.Source source = new MoveWorld.Source();
  volatile PowerState recordedPower = PowerState.UNKNOWN;
  private volatile boolean madeByThisJob;

  World() {
    this(new ConcurrentSkipListSet<>());
  }

  World(Set<String> facts) {
    this.facts = facts;
  }

  /** What was there when the job was accepted. */
  volatile Set<String> before = Set.of();

  /** How often the image store will fail to delete before it can again. */
  final AtomicInteger failingDeletes = new AtomicInteger();

  /**
   * Begins anew, with {@code before} there; {@code rowComesWithJob}: the target's row came with the
   * job, and goes with its undo.
   */
  void reset(Set<String> before, boolean rowComesWithJob) {
    facts.clear();
    told.clear();
    details.clear();
    holds.clear();
    patches.clear();
    children.clear();
    steps.clear();
    onHold = hold -> {};
    onChildHold = (job, hold) -> {};
    facts.addAll(before);
    madeByThisJob = rowComesWithJob;
    this.before = before;
    recordedPower = PowerState.UNKNOWN;
    forgetEnd();
  }

  void forgetEnd() {
    ended = null;
    outcome = null;
  }

  @Override
  public void createVolumes(InstanceSpec instance) {
    facts.add("volumes");
  }

  @Override
  public void deleteVolumes(InstanceId instance, String pool) {
    if (facts.contains("running")) {
      throw Failures.of(FailureType.INSTANCE_MUST_BE_STOPPED, "Its guest runs");
    }
    facts.remove("volumes");
  }

  @Override
  public PlacedImage placeImage(ImageSource source, String pool) {
    facts.add("copy");
    return new PlacedImage(ExampleSpecs.IMAGE.id(), 1, 1);
  }

  @Override
  public void removeImage(ImageId image, String pool) {
    facts.remove("copy");
  }

  @Override
  public void connectPorts(InstanceId instance, JobId job, List<PortSpec> ports) {
    facts.add("ports");
  }

  @Override
  public void disconnectPorts(InstanceId instance, List<PortSpec> ports) {
    facts.remove("ports");
  }

  @Override
  public void defineDomain(InstanceSpec instance) {
    facts.add("domain");
  }

  @Override
  public void undefineDomain(InstanceId instance) {
    List.of("running", "attached", "domain").forEach(facts::remove);
  }

  @Override
  public DomainStatus startDomain(InstanceId instance) {
    facts.add(MoveWorld.running(instance));
    onStart.run();
    return readDomain(instance);
  }

  @Override
  public DomainStatus shutDownDomain(InstanceId instance, int graceSeconds) {
    source.requireObeys();
    return stopDomain(instance, graceSeconds);
  }

  @Override
  public DomainStatus stopDomain(InstanceId instance, int graceSeconds) {
    onStop.run();
    facts.remove(MoveWorld.running(instance));
    facts.remove("awake"); // what was in its memory goes with the power
    return readDomain(instance);
  }

  @Override
  public DomainStatus rebootDomain(InstanceId instance, int graceSeconds) {
    return startDomain(instance);
  }

  @Override
  public DomainStatus readDomain(InstanceId instance) {
    PowerState state =
        facts.contains(MoveWorld.running(instance))
            ? PowerState.RUNNING
            : facts.contains("domain") ? PowerState.SHUTOFF : PowerState.MISSING;
    return new DomainStatus(instance, state);
  }

  @Override
  public List<StepTime> buildInstance(InstanceSpec instance) {
    List<StepTime> times = new ArrayList<>();
    for (Map.Entry<String, String> step : BUILD) {
      if (times.size() == buildStopsAfter) {
        throw Failures.inStep(
            step.getKey(), Failures.of(FailureType.STORAGE_FULL, "No space left", List.of("why")));
      }
      facts.add(step.getValue());
      times.add(new StepTime(step.getKey(), 1));
    }
    return times;
  }

  @Override
  public HostFacts discoverHost() {
    return new HostFacts("uuid", "alpha1", 2, 4096, "cpu", "9.0.0", "7.2.0", "qemu", List.of());
  }

  @Override
  public HostObservation observeHost(HostObservation known, int maxWaitSeconds) {
    return new HostObservation(Map.of());
  }

  @Override
  public boolean recordSteps(
      JobId job, List<StepUpdate> updates, @Nullable JobHold hold, long atMillis) {
    hear(job, updates);
    facts.add("job");
    if (children.has(job)) {
      children.hold(job, hold);
      if (hold != null) {
        onChildHold.accept(job, hold);
      }
      return children.end(job).isEmpty();
    }
    if (hold != null) {
      if (!holds.contains(hold)) {
        holds.add(hold); // a workflow task may be repeated
      }
      onHold.accept(hold);
    }
    return ended == null;
  }

  @Override
  public void applyPatch(JobId job, UUID decision) {
    patches.add(decision);
  }

  @Override
  public void endJob(JobId job, JobOutcome ending, List<StepUpdate> updates) {
    hear(job, updates);
    if (children.has(job)) {
      if (children.end(job, ending)) {
        facts.remove("row");
      }
      return;
    }
    if (ended == null) {
      ended = ending.state();
      outcome = ending;
      if (ending.undone() && madeByThisJob) {
        facts.remove("row");
      }
    }
  }

  private void hear(JobId job, List<StepUpdate> updates) {
    steps.hear(job, updates);
    for (StepUpdate update : updates) {
      told.add(update.step() + " " + update.state());
      Optional.ofNullable(update.detail()).ifPresent(details::add);
    }
  }

  /** The job, or a child of it, has reached its end. */
  void succeed(JobId job) {
    if (children.has(job)) {
      children.succeed(job);
    } else {
      ended = JobState.SUCCEEDED;
    }
  }

  @Override
  public Placement reserve(JobId job, InstanceId instance) {
    facts.add("reservation");
    return new Placement(HOST, ExampleSpecs.instance(job, instance, ExampleSpecs.IMAGE), false);
  }

  @Override
  public void release(InstanceId instance) {
    facts.remove("reservation");
  }

  @Override
  public ImageSource imageSource(ImageId image) {
    return new ImageSource(ExampleSpecs.IMAGE, "http://engine/v1/images/x/content");
  }

  @Override
  public void recordPlacedImage(HostId host, String pool, PlacedImage placed) {
    facts.add("copy-recorded");
  }

  @Override
  public void forgetPlacedImage(HostId host, String pool, ImageId image) {
    facts.remove("copy-recorded");
  }

  @Override
  public void completeCreate(
      JobId job, InstanceId instance, GuestReport guest, List<StepUpdate> updates) {
    ended = JobState.SUCCEEDED;
  }

  @Override
  public InstanceLocation locate(InstanceId instance) {
    return new InstanceLocation(
        instance, "web", HOST, "fast", ExampleSpecs.PORTS, facts.contains("attached"));
  }

  @Override
  public void completeDelete(JobId job, InstanceId instance, List<StepUpdate> updates) {
    facts.remove("reservation");
    facts.remove("row");
    succeed(job);
  }

  @Override
  public PowerOrder powerOrder(JobId job, InstanceId instance) {
    return new PowerOrder(locate(instance), source.action(instance), 5);
  }

  @Override
  public void recordPower(InstanceId instance, PowerState state) {
    recordedPower = state;
  }

  @Override
  public void completePower(
      JobId job, InstanceId instance, PowerState state, List<StepUpdate> updates) {
    recordedPower = state;
    succeed(job);
  }

  @Override
  public HostRef hostRef(HostId host) {
    return HOST;
  }

  @Override
  public void completeDiscovery(
      JobId job, HostId host, HostFacts hostFacts, List<StepUpdate> updates) {
    facts.add("host");
    ended = JobState.SUCCEEDED;
  }

  @Override
  public PlacementTarget verificationHost() {
    return new PlacementTarget(HOST, "fast");
  }

  @Override
  public void completeImport(
      JobId job, ImageId image, long virtualSizeBytes, List<StepUpdate> updates) {
    ended = JobState.SUCCEEDED;
  }

  @Override
  public void recordObservation(HostId host, @Nullable HostObservation observation) {
    facts.add("observed");
  }
}
