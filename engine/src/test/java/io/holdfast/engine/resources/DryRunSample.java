package io.holdfast.engine.resources;

import io.holdfast.workflows.model.HostId;
import java.util.Map;
import java.util.UUID;

/**
 * A call whose plan is asked for. Names in braces are those of the world that {@link DryRunTest}
 * fills.
 */
record DryRunSample(String address, String body) {
  static final UUID RUN = UUID.randomUUID();
  static final UUID HELD = UUID.randomUUID();
  static final UUID BLOCKED = UUID.randomUUID();
  static final UUID MOVES = UUID.randomUUID();
  static final UUID CANCELLED = UUID.randomUUID();
  static final UUID POINT = UUID.randomUUID();

  /** A call of each operation that would succeed. A new operation needs one. */
  static final Map<String, DryRunSample> ALL =
      Map.ofEntries(
          sample("createSite", "/v1/sites", "{'name':'new'}"),
          sample("registerHost", "/v1/hosts", "{'name':'new','site':'here'}"),
          sample("discoverHost", "/v1/hosts/silent:discover", ""),
          sample(
              "createFlavor",
              "/v1/flavors",
              "{'name':'new','vcpus':1,'memoryMiB':128,'diskGiB':2}"),
          sample("deleteFlavor", "/v1/flavors/tiny", ""),
          sample(
              "createNetwork", "/v1/networks", "{'name':'new','mode':'NAT','cidr':'10.8.0.0/24'}"),
          sample("deleteNetwork", "/v1/networks/unused", ""),
          sample("maintainHost", "/v1/hosts/{host}:maintenance", "{'evacuate':false}"),
          sample("activateHost", "/v1/hosts/{host}:activate", ""),
          sample("scanHost", "/v1/hosts/{host}:scan", ""),
          sample("deleteHost", "/v1/hosts/silent", ""),
          sample("deleteSite", "/v1/sites/empty", ""),
          sample("deleteOrphan", "/v1/orphans/{orphan}:delete", "{'reason':'forgotten'}"),
          sample("adoptOrphan", "/v1/orphans/{orphan}:adopt", "{'reason':'found','image':'guest'}"),
          sample("createImage", "/v1/images", "{'name':'new'}"),
          sample("createInstance", "/v1/instances", instance("new")),
          sample("powerInstance", "/v1/instances/there:stop", ""),
          sample("deleteInstance", "/v1/instances/there", ""),
          sample("resizeInstance", "/v1/instances/there:resize", "{'vcpus':2}"),
          sample("migrateInstance", "/v1/instances/movable:migrate", "{'site':'{site}'}"),
          sample("createVolume", "/v1/volumes", "{'name':'new','sizeGiB':1}"),
          sample("attachVolume", "/v1/volumes/free:attach", "{'instance':'there'}"),
          sample("detachVolume", "/v1/volumes/taken:detach", ""),
          sample("resizeVolume", "/v1/volumes/free:resize", "{'sizeGiB':2}"),
          sample("deleteVolume", "/v1/volumes/free", ""),
          sample("snapshotInstance", "/v1/instances/there:snapshot", "{'name':'new'}"),
          sample("restoreSnapshot", "/v1/snapshots/taken:restore", "{'restart':true}"),
          sample("cloneSnapshot", "/v1/snapshots/taken:clone", "{'name':'again'}"),
          sample("deleteSnapshot", "/v1/snapshots/taken", ""),
          sample(
              "createProtectionGroup",
              "/v1/protection-groups",
              "{'name':'new','instances':['there'],'targetSite':'{site}','rpo':'PT1M'}"),
          sample("deleteProtectionGroup", "/v1/protection-groups/guarded", ""),
          sample("replicateProtectionGroup", "/v1/protection-groups/guarded:replicate", ""),
          sample("pauseProtectionGroup", "/v1/protection-groups/guarded:pause", ""),
          sample("resumeProtectionGroup", "/v1/protection-groups/guarded:resume", ""),
          sample("verifyRecoveryPoint", "/v1/recovery-points/" + POINT + ":verify", ""),
          sample(
              "restoreRecoveryPoint",
              "/v1/recovery-points/" + POINT + ":restore",
              "{'name':'again','vcpus':1,'memoryMiB':64}"),
          sample("holdRecoveryPoint", "/v1/recovery-points/" + POINT + ":hold", ""),
          sample("createRecoveryPlan", "/v1/recovery-plans", plan("new")),
          sample("deleteRecoveryPlan", "/v1/recovery-plans/ready", ""),
          sample("validateRecoveryPlan", "/v1/recovery-plans/ready:validate", ""),
          sample("testRecoveryPlan", "/v1/recovery-plans/ready:test", "{}"),
          sample("drillRecoveryPlan", "/v1/recovery-plans/ready:drill", "{}"),
          sample("failOverRecoveryPlan", "/v1/recovery-plans/ready:failover", "{}"),
          sample("migrateRecoveryPlan", "/v1/recovery-plans/ready:migrate", "{'graceSeconds':5}"),
          sample("failBackRecoveryPlan", "/v1/recovery-plans/ready:failback", "{}"),
          sample("reprotectRecoveryPlan", "/v1/recovery-plans/recovered:reprotect", "{}"),
          sample("cleanUpRecoveryPlan", "/v1/recovery-plans/tested:cleanup", ""),
          sample("createDrillSchedule", "/v1/drill-schedules", schedule("new")),
          sample("deleteDrillSchedule", "/v1/drill-schedules/nightly", ""),
          sample("triggerDrillSchedule", "/v1/drill-schedules/nightly:trigger", ""),
          sample("pauseDrillSchedule", "/v1/drill-schedules/nightly:pause", ""),
          sample("resumeDrillSchedule", "/v1/drill-schedules/nightly:resume", ""),
          sample(
              "fenceRun",
              "/v1/runs/" + HELD + ":fence",
              "{'fencing':{'proof':'OPERATOR','reason':'it burns'}}"),
          sample("pauseRun", "/v1/runs/" + HELD + ":pause", "{'reason':'wait'}"),
          sample("resumeRun", "/v1/runs/" + HELD + ":resume", ""),
          sample("releaseRecoveryPoint", "/v1/recovery-points/" + POINT + ":release", ""),
          sample(
              "forceReleaseLease",
              "/v1/leases/" + HostId.ofName("waiting") + ":force-release",
              "{'reason':'its run hangs'}"),
          sample("createToken", "/v1/tokens", "{'name':'new','role':'VIEWER'}"),
          sample("deleteToken", "/v1/tokens/viewer", ""),
          sample("decideJob", "/v1/jobs/" + BLOCKED + ":abort", "{'reason':'enough'}"),
          sample("resumeJob", "/v1/jobs/" + BLOCKED + ":resume", ""),
          sample("deleteImage", "/v1/images/unwanted", ""),
          sample("skipJob", "/v1/jobs/" + BLOCKED + ":skip", "{'reason':'not needed'}"),
          sample("limitJob", "/v1/jobs/" + MOVES + ":limit", "{'bandwidthMiBps':10}"),
          sample("retryJob", "/v1/jobs/" + CANCELLED + ":retry", ""));

  private static Map.Entry<String, DryRunSample> sample(
      String operation, String address, String body) {
    return Map.entry(operation, new DryRunSample(address, json(body)));
  }

  static String instance(String name) {
    return "{'name':'%s','image':'guest','flavor':'tiny','networks':['net']}".formatted(name);
  }

  static String plan(String name) {
    return "{'name':'%s','recoverySite':'{site}','tiers':[{'name':'all','instances':[{'instance':'guarded'}]}]}"
        .formatted(name);
  }

  static String schedule(String name) {
    return "{'name':'%s','plan':'drilled','cron':'0 3 1 1 *'}".formatted(name);
  }

  static String json(String body) {
    return body.replace('\'', '"');
  }
}
