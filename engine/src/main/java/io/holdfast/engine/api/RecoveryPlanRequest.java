package io.holdfast.engine.api;

import io.holdfast.engine.db.AddressRule;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.ProbeKind;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A recovery plan, or a new version of one.
 *
 * @param recoverySite name or id of the site that has the replicas
 * @param tiers in order: the instances of one are recovered before those of the next
 * @param networks where nics go; a network that is not named stays what it is in a failover, and in
 *     a test becomes an isolated one with the same addresses
 */
public record RecoveryPlanRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String recoverySite,
    @NotNull @Size(min = 1, max = 32) @Valid List<@NotNull PlanTier> tiers,
    @Size(max = 64) @Valid List<@NotNull PlanMapping> networks,
    @Valid PlanPolicy policy) {
  private static final int MAX_PROBES = 16;
  private static final int MAX_STEPS = 16;
  private static final int MAX_TEXT = 1000;
  private static final int DEFAULT_PROBE_SECONDS = 60;
  private static final int OK = 200;

  public RecoveryPlanRequest {
    networks = networks == null ? List.of() : networks;
    policy = policy == null ? new PlanPolicy(null, null) : policy;
  }

  /**
   * Instances that are recovered together.
   *
   * @param parallel how many at once; 4 unless said
   * @param protectionGroups names or ids; their instances belong here unless a tier names them
   * @param probes of the instances that have none of their own
   * @param before what is done before the first of them is recovered, in order
   * @param after what is done once all of them are recovered, in order
   */
  public record PlanTier(
      @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
      @Nullable @Min(1) @Max(250) Integer parallel,
      @Size(max = 250) @Valid List<@NotNull PlanMember> instances,
      @Size(max = 32)
          List<@NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String>
              protectionGroups,
      @Size(max = MAX_PROBES) @Valid List<@NotNull PlanProbe> probes,
      @Size(max = MAX_STEPS) @Valid List<@NotNull PlanStepRequest> before,
      @Size(max = MAX_STEPS) @Valid List<@NotNull PlanStepRequest> after) {
    private static final int DEFAULT_PARALLEL = 4;

    public PlanTier {
      parallel = Optional.ofNullable(parallel).orElse(DEFAULT_PARALLEL);
      instances = instances == null ? List.of() : instances;
      protectionGroups = protectionGroups == null ? List.of() : protectionGroups;
      probes = probes == null ? List.of() : probes;
      before = before == null ? List.of() : before;
      after = after == null ? List.of() : after;
    }
  }

  /**
   * An instance.
   *
   * @param instance name or id
   * @param point LATEST unless said
   * @param at for point AT: the newest one that was taken by then
   * @param probes what proves that it is up, besides what its image asks for
   * @param onFailure STOP unless said: RETRY tries again, SKIP goes on without it
   * @param attempts in all, for RETRY; 2 unless said
   * @param resources that it gets at the recovery site; those that it has at home unless said
   * @param addresses that nics of it get where they go in a failover, whatever their networks' rule
   * @param before what is done before anything is done about it, in order
   * @param after what is done once its probes are green, in order; it is recovered after that
   */
  public record PlanMember(
      @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String instance,
      @Nullable PointChoice point,
      @Nullable Instant at,
      @Size(max = MAX_PROBES) @Valid List<@NotNull PlanProbe> probes,
      @Nullable FailurePolicy onFailure,
      @Nullable @Min(1) @Max(10) Integer attempts,
      @Nullable @Valid PlanResources resources,
      @Size(max = 64) @Valid List<@NotNull PlanAddress> addresses,
      @Size(max = MAX_STEPS) @Valid List<@NotNull PlanStepRequest> before,
      @Size(max = MAX_STEPS) @Valid List<@NotNull PlanStepRequest> after) {
    private static final int DEFAULT_ATTEMPTS = 2;

    public PlanMember {
      point = Optional.ofNullable(point).orElse(PointChoice.LATEST);
      probes = probes == null ? List.of() : probes;
      onFailure = Optional.ofNullable(onFailure).orElse(FailurePolicy.STOP);
      attempts = Optional.ofNullable(attempts).orElse(DEFAULT_ATTEMPTS);
      addresses = addresses == null ? List.of() : addresses;
      before = before == null ? List.of() : before;
      after = after == null ? List.of() : after;
    }
  }

  /**
   * What an instance gets at the recovery site; what is left out is as at home.
   *
   * @param vcpus processors
   * @param memoryMiB memory
   */
  public record PlanResources(
      @Nullable @Min(1) @Max(Limits.MAX_VCPUS) Integer vcpus,
      @Nullable @Min(Limits.MIN_MEMORY_MIB) @Max(Limits.MAX_MEMORY_MIB) Integer memoryMiB) {}

  /**
   * The address of a nic.
   *
   * @param nic from 0, in the order of the instance's networks; the first unless said
   * @param address IPv4, of the network that the nic goes to
   */
  public record PlanAddress(
      @Nullable @Min(0) @Max(63) Integer nic,
      @NotNull
          @Pattern(regexp = "([0-9]{1,3}[.]){3}[0-9]{1,3}", message = "must be an IPv4 address")
          String address) {
    public PlanAddress {
      nic = Optional.ofNullable(nic).orElse(0);
    }
  }

  /**
   * A question to a recovered guest, asked until the answer is right.
   *
   * @param port of TCP and HTTP
   * @param path of HTTP; / unless said
   * @param status that HTTP must answer with; 200 unless said
   * @param text that must be in what comes back; of CONSOLE, HTTP and COMMAND
   * @param command program and arguments, run by the guest agent
   * @param timeoutSeconds 60 unless said
   */
  public record PlanProbe(
      @NotNull ProbeKind kind,
      @Nullable @Min(1) @Max(65_535) Integer port,
      @Nullable @Pattern(regexp = "/[!-~]*", message = "must begin with a slash") @Size(max = 1000)
          String path,
      @Nullable @Min(100) @Max(599) Integer status,
      @Nullable @Size(min = 1, max = MAX_TEXT) String text,
      @Size(max = 32) List<@NotBlank @Size(max = MAX_TEXT) String> command,
      @Nullable @Min(1) @Max(3600) Integer timeoutSeconds) {
    public PlanProbe {
      path = Optional.ofNullable(path).orElse("/");
      status = Optional.ofNullable(status).orElse(OK);
      command = command == null ? List.of() : command;
      timeoutSeconds = Optional.ofNullable(timeoutSeconds).orElse(DEFAULT_PROBE_SECONDS);
    }
  }

  /**
   * What the plan asks of its runs.
   *
   * @param verifiedFor how long a passed drill proves the plan; ISO 8601, P7D unless said
   * @param twoPersons true: a failover waits until somebody approves it who did not ask for it
   */
  public record PlanPolicy(
      @Nullable @Size(max = 40) String verifiedFor, @Nullable Boolean twoPersons) {
    public PlanPolicy {
      verifiedFor = Optional.ofNullable(verifiedFor).orElse("P7D");
      twoPersons = Optional.ofNullable(twoPersons).orElse(false);
    }
  }

  /**
   * Where nics of a network go, by names or ids.
   *
   * @param failover null: the same network
   * @param test an isolated network; null: one of the run's own with the same addresses
   * @param addresses AUTOMATIC unless said: the first that is free; KEEP: the same one, in another
   *     network the one at the same place of its range
   */
  public record PlanMapping(
      @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String from,
      @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String failover,
      @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String test,
      @Nullable AddressRule addresses) {
    public PlanMapping {
      addresses = Optional.ofNullable(addresses).orElse(AddressRule.AUTOMATIC);
    }
  }
}
