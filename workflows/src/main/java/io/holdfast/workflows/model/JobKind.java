package io.holdfast.workflows.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Every kind of job with the names of its steps in order. The engine writes the steps as PENDING
 * when it accepts a job, so that a caller sees what will happen before it happens.
 */
public enum JobKind {
  CREATE_INSTANCE(
      Steps.RESERVE,
      Steps.PLACE_IMAGE,
      Steps.CREATE_VOLUMES,
      Steps.CONNECT_PORTS,
      Steps.DEFINE_DOMAIN,
      Steps.START_DOMAIN,
      Steps.AWAIT_GUEST,
      Steps.ACTIVATE),
  DELETE_INSTANCE(
      Steps.STOP_DOMAIN,
      Steps.UNDEFINE_DOMAIN,
      Steps.DISCONNECT_PORTS,
      Steps.DELETE_VOLUMES,
      Steps.RELEASE),
  POWER_INSTANCE(Steps.CHANGE_POWER, Steps.RECORD_POWER),
  DISCOVER_HOST(Steps.DISCOVER, Steps.RECORD_HOST),
  MAINTAIN_HOST(Steps.CLOSE_HOST, Steps.RECORD_HOST),
  EVACUATE_HOST(
      Steps.CLOSE_HOST,
      Steps.PLAN_MOVES,
      Steps.MOVE_INSTANCES,
      Steps.VERIFY_EMPTY,
      Steps.RECORD_HOST),
  ACTIVATE_HOST(Steps.OPEN_HOST, Steps.RECORD_HOST),
  IMPORT_IMAGE(Steps.FETCH_CONTENT, Steps.VERIFY_ON_HOST, Steps.ACTIVATE),
  DELETE_IMAGE(Steps.DELETE_COPIES, Steps.DELETE_CONTENT, Steps.FORGET),
  SCAN_HOST(Steps.TAKE_CENSUS, Steps.RECORD_CENSUS),
  DELETE_ORPHAN(
      Steps.TAKE_CENSUS,
      Steps.CHECK_ORPHAN,
      Steps.REMOVE_ORPHAN,
      Steps.VERIFY_REMOVAL,
      Steps.RECORD_REMOVAL),
  ADOPT_ORPHAN(Steps.TAKE_CENSUS, Steps.DESCRIBE_DOMAIN, Steps.RECORD_ADOPTION),
  CREATE_VOLUME(Steps.RESERVE, Steps.CREATE_VOLUME, Steps.ACTIVATE),
  DELETE_VOLUME(Steps.DELETE_VOLUME, Steps.RELEASE),
  ATTACH_VOLUME(Steps.ATTACH_VOLUME, Steps.RECORD_ATTACHMENT),
  DETACH_VOLUME(Steps.DETACH_VOLUME, Steps.RECORD_ATTACHMENT),
  RESIZE_VOLUME(Steps.RESERVE, Steps.GROW_VOLUME, Steps.RECORD_SIZE),
  RESIZE_INSTANCE(
      Steps.RESERVE,
      Steps.READ_POWER,
      Steps.STOP_DOMAIN,
      Steps.RESIZE_DOMAIN,
      Steps.START_DOMAIN,
      Steps.RECORD_SIZE),
  RELEASE_LEASE(Steps.FENCE, Steps.END_RUN, Steps.READ_BACK, Steps.RELEASE),
  REPLICATE_GROUP(
      Steps.PURGE_POINTS,
      Steps.PLAN_ROUND,
      Steps.OPEN_BACKUPS,
      Steps.OPEN_REPLICAS,
      Steps.SEND_DISKS,
      Steps.SEAL_REPLICAS,
      Steps.PUBLISH,
      Steps.CLOSE_BACKUPS,
      Steps.PURGE_RETIRED,
      Steps.RECORD_ROUND),
  VERIFY_POINT(Steps.VERIFY_REPLICAS, Steps.RECORD_VERDICT),
  RESTORE_POINT(
      Steps.RESERVE,
      Steps.CLONE_REPLICAS,
      Steps.CREATE_VOLUMES,
      Steps.CONNECT_PORTS,
      Steps.DEFINE_DOMAIN,
      Steps.START_DOMAIN,
      Steps.AWAIT_GUEST,
      Steps.ACTIVATE),
  DELETE_GROUP(Steps.CLOSE_BACKUPS, Steps.PURGE_POINTS, Steps.RELEASE),
  SNAPSHOT_INSTANCE(Steps.RESERVE, Steps.TAKE_SNAPSHOT, Steps.RECORD_SNAPSHOT),
  RESTORE_SNAPSHOT(
      Steps.READ_POWER,
      Steps.STOP_DOMAIN,
      Steps.RESTORE_DISKS,
      Steps.START_DOMAIN,
      Steps.DROP_REPLACED,
      Steps.RECORD_RESTORE),
  CLONE_SNAPSHOT(
      Steps.RESERVE,
      Steps.CLONE_DISKS,
      Steps.CREATE_VOLUMES,
      Steps.CONNECT_PORTS,
      Steps.DEFINE_DOMAIN,
      Steps.START_DOMAIN,
      Steps.AWAIT_GUEST,
      Steps.ACTIVATE),
  DELETE_SNAPSHOT(Steps.DELETE_SNAPSHOT, Steps.RELEASE),
  MIGRATE_INSTANCE(
      Steps.RESERVE,
      Steps.READ_POWER,
      Steps.CHECK_TARGET,
      Steps.CONNECT_PORTS,
      Steps.STOP_DOMAIN,
      Steps.FREEZE_DISKS,
      Steps.COPY_DISKS,
      Steps.CREATE_VOLUMES,
      Steps.SWITCH_OVER,
      Steps.DEFINE_DOMAIN,
      Steps.START_DOMAIN,
      Steps.RECORD_OWNER,
      Steps.MERGE_OVERLAYS,
      Steps.AWAIT_GUEST,
      Steps.CLEAR_SOURCE,
      Steps.RECORD_MIGRATION),
  TEST_PLAN(Steps.PLAN_RUN, Steps.RECORD_RUN),
  CLEANUP_PLAN(Steps.REMOVE_GUESTS, Steps.VERIFY_REMOVAL, Steps.RECORD_CLEANUP),
  FAILOVER_PLAN(Steps.PLAN_RUN, Steps.RECORD_RUN),
  MIGRATE_PLAN(
      Steps.PLAN_RUN,
      Steps.STOP_GUESTS,
      Steps.REPLICATE_LAST,
      Steps.CHOOSE_POINTS,
      Steps.RECORD_RUN),
  FAILBACK_PLAN(
      Steps.PLAN_RUN,
      Steps.STOP_GUESTS,
      Steps.REPLICATE_LAST,
      Steps.CHOOSE_POINTS,
      Steps.PLAN_REVERSAL,
      Steps.CONFIRM_OFF,
      Steps.KEEP_COPIES,
      Steps.ADOPT_DISKS,
      Steps.REVERSE_DIRECTION,
      Steps.REPLICATE_BACK,
      Steps.RELEASE_ORIGINALS,
      Steps.RECORD_RUN),
  REPROTECT_PLAN(
      Steps.PLAN_REVERSAL,
      Steps.CONFIRM_OFF,
      Steps.KEEP_COPIES,
      Steps.ADOPT_DISKS,
      Steps.REVERSE_DIRECTION,
      Steps.REPLICATE_BACK,
      Steps.RELEASE_ORIGINALS,
      Steps.RECORD_RUN),
  DRILL(Steps.PLAN_RUN, Steps.REMOVE_GUESTS, Steps.VERIFY_REMOVAL, Steps.RECORD_RUN),
  PROMOTE_INSTANCE(
      Steps.FENCE_SOURCE,
      Steps.RESERVE,
      Steps.CLONE_REPLICAS,
      Steps.CREATE_VOLUMES,
      Steps.CONNECT_PORTS,
      Steps.DEFINE_DOMAIN,
      Steps.START_DOMAIN,
      Steps.AWAIT_GUEST,
      Steps.RUN_PROBES,
      Steps.RECORD_PROMOTION);

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type cannot say so
  private final List<String> steps;

  JobKind(String... steps) {
    this.steps = List.of(steps);
  }

  /** Step names in the order of the run. */
  public List<String> steps() {
    return steps;
  }

  /** As {@link #steps()}, of a run of a recovery plan that has these between. */
  public List<String> steps(List<String> ofPlan) {
    String settled = steps.contains(Steps.CHOOSE_POINTS) ? Steps.CHOOSE_POINTS : Steps.PLAN_RUN;
    if (!steps.contains(settled)) {
      return steps;
    }
    List<String> all = new ArrayList<>(steps);
    all.addAll(all.indexOf(settled) + 1, ofPlan);
    return List.copyOf(all);
  }

  /** As {@link #steps()}, of a promotion whose plan has these done before and after it. */
  public List<String> steps(List<String> before, List<String> after) {
    List<String> all = new ArrayList<>(steps);
    all.addAll(all.indexOf(Steps.RUN_PROBES) + 1, after);
    all.addAll(0, before);
    return List.copyOf(all);
  }

  /** As {@link #steps()}, of a restore whose guest is to go on where it was. */
  public List<String> stepsWithMemory() {
    List<String> all = new ArrayList<>(steps);
    all.add(0, Steps.CHECK_MEMORY);
    return List.copyOf(all);
  }

  /** The Temporal workflow type: the simple name of its interface. */
  public String workflowType() {
    StringBuilder type = new StringBuilder();
    for (String word : name().split("_", -1)) {
      type.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return type.append("Workflow").toString();
  }

  /**
   * The Temporal workflow id of a job of this kind: unique for ever, so a start can be repeated.
   */
  public String workflowId(JobId job) {
    return name().toLowerCase(Locale.ROOT).replace('_', '-') + ":" + job;
  }
}
