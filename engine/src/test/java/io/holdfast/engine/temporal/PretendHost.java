package io.holdfast.engine.temporal;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.activity.InstanceActivities;
import io.holdfast.workflows.activity.LeaseActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HeldPlace;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PlacedImage;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.Steps;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A host that keeps its domains in memory. */
final class PretendHost
    implements DomainActivities,
        GuestActivities,
        ImageActivities,
        InstanceActivities,
        LeaseActivities,
        NetworkActivities,
        VolumeActivities {
  final Map<InstanceId, PowerState> domains = new ConcurrentHashMap<>();
  final Set<InstanceId> volumes = ConcurrentHashMap.newKeySet();
  final Set<InstanceId> ports = ConcurrentHashMap.newKeySet();
  final Set<ImageId> copies = ConcurrentHashMap.newKeySet();
  volatile boolean guestsFail;
  volatile String console = "";
  volatile long seizedAt;

  /** Volumes cannot be deleted. */
  volatile boolean volumesStay;

  /** Says that it has removed a domain, and has not. */
  volatile boolean keepsDomains;

  /** The same of volumes. */
  volatile boolean keepsVolumes;

  @Override
  public void defineDomain(InstanceSpec instance) {
    domains.putIfAbsent(instance.id(), PowerState.SHUTOFF);
  }

  @Override
  public void undefineDomain(InstanceId instance) {
    if (!keepsDomains) {
      domains.remove(instance);
    }
  }

  private DomainStatus set(InstanceId instance, PowerState state) {
    domains.computeIfPresent(instance, (id, old) -> state);
    return readDomain(instance);
  }

  @Override
  public DomainStatus startDomain(InstanceId instance) {
    return set(instance, PowerState.RUNNING);
  }

  @Override
  public DomainStatus stopDomain(InstanceId instance, int graceSeconds) {
    return set(instance, PowerState.SHUTOFF);
  }

  @Override
  public DomainStatus shutDownDomain(InstanceId instance, int graceSeconds) {
    return stopDomain(instance, graceSeconds);
  }

  @Override
  public DomainStatus rebootDomain(InstanceId instance, int graceSeconds) {
    return set(instance, PowerState.RUNNING);
  }

  @Override
  public DomainStatus readDomain(InstanceId instance) {
    return new DomainStatus(instance, domains.getOrDefault(instance, PowerState.MISSING));
  }

  @Override
  public List<StepTime> buildInstance(InstanceSpec instance) {
    createVolumes(instance);
    connectPorts(instance.id(), instance.job(), instance.ports());
    defineDomain(instance);
    startDomain(instance.id());
    return Stream.of(
            Steps.CREATE_VOLUMES, Steps.CONNECT_PORTS, Steps.DEFINE_DOMAIN, Steps.START_DOMAIN)
        .map(step -> new StepTime(step, 1))
        .toList();
  }

  @Override
  public GuestReport awaitGuest(InstanceSpec instance) {
    if (guestsFail) {
      throw Failures.of(FailureType.GUEST_NOT_READY, "The guest is silent");
    }
    return new GuestReport(
        GuestReadiness.AGENT, "7.2", instance.name(), List.of(instance.ports().get(0).ipv4()));
  }

  @Override
  public byte[] readConsole(InstanceId instance, int bytes) {
    return console
        .substring(Math.max(0, console.length() - bytes))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String readScreen(InstanceId instance) {
    throw Failures.of(FailureType.LIBVIRT_REFUSED, "Taking a picture of the screen: no video card");
  }

  @Override
  public PlacedImage placeImage(ImageSource source, String pool) {
    copies.add(source.image().id());
    return new PlacedImage(source.image().id(), source.image().virtualSizeBytes(), 1000);
  }

  @Override
  public void removeImage(ImageId image, String pool) {
    copies.remove(image);
  }

  @Override
  public void connectPorts(InstanceId instance, JobId job, List<PortSpec> wanted) {
    ports.add(instance);
  }

  @Override
  public void disconnectPorts(InstanceId instance, List<PortSpec> wanted) {
    ports.remove(instance);
  }

  @Override
  public void createVolumes(InstanceSpec instance) {
    volumes.add(instance.id());
  }

  @Override
  public void deleteVolumes(InstanceId instance, String pool) {
    if (volumesStay) {
      throw Failures.of(FailureType.LIBVIRT_REFUSED, "The volume is in use");
    }
    if (!keepsVolumes) {
      volumes.remove(instance);
    }
  }

  @Override
  public Findings seize(Lease lease, HeldPlace place) {
    seizedAt = lease.generation();
    InstanceId instance = Objects.requireNonNull(place.instance());
    return new Findings(
        place.host(),
        instance,
        readDomain(instance).state(),
        volumes.contains(instance) ? List.of(instance + "-root.qcow2") : List.of());
  }
}
