package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RunKind;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A plan of one instance whose direction is turned, and turned back. */
class ReversalLedgerActivitiesTest extends ReversalLedgerFixture {
  @Test
  void aCopyThatIsNotOffStopsTheRun() {
    ledger.planReversal(run);
    assertRefused(() -> ledger.requireCopiesOff(run), "unknown");
    told(PowerState.PAUSED);
    assertRefused(() -> ledger.requireCopiesOff(run), "PAUSED");
    told(PowerState.SHUTOFF);
    ledger.requireCopiesOff(run);
  }

  @Test
  void whatTheOldSiteHasIsAPointOfItsOwnThatIsHeld() {
    ledger.planReversal(run);
    List<RoundDisk> disks = ledger.planKept(run, found());
    assertThat(ledger.planKept(run, found())).isEqualTo(disks);
    assertThat(disks).hasSize(1);
    assertThat(disks.get(0).source().name()).isEqualTo(here.name());
    assertThat(disks.get(0).target().name()).isEqualTo(there.name());
    assertThat(Objects.requireNonNull(disks.get(0).replica().base()).value()).isEqualTo(point);
    assertThat(ledger.adoptions(run)).isEmpty();

    record(131_072);
    record(131_072);
    RecoveryPointRow kept = kept();
    assertThat(kept.state()).isEqualTo(RecoveryPointState.AVAILABLE);
    assertThat(kept.held()).isTrue();
    assertThat(daos.reversals().lost(run.value()))
        .singleElement()
        .satisfies(lost -> assertThat(lost.ranges()).isEqualTo(1));
    assertThat(ledger.adoptions(run))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.host().name()).isEqualTo(here.name());
              assertThat(one.adoption().source().value()).isEqualTo(source);
              assertThat(one.adoption().replica().instance().value()).isEqualTo(successor);
              assertThat(one.adoption().root()).isEqualTo(ROOT);
            });
    assertThat(ledger.keptReplicas(run)).hasSize(2);

    ledger.dropKept(run);
    ledger.dropKept(run);
    assertThat(daos.recoveryPoints().findById(kept.id())).isEmpty();
    assertThat(daos.reversals().lost(run.value())).isEmpty();
  }

  /** A round that was open then has made it; what it has, nobody has who runs. */
  @Test
  void anOldDiskIsNotComparedWithAPointNewerThanItsSuccessor() {
    UUID newer = UUID.randomUUID();
    new Points(database).available(newer, group, List.of("root"));
    ledger.planReversal(run);
    RoundDisk disk = ledger.planKept(run, found()).get(0);
    assertThat(Objects.requireNonNull(disk.replica().base()).value()).isEqualTo(point);
  }

  @Test
  void aPointWithoutLostWritesIsNotHeld() {
    ledger.planReversal(run);
    ledger.planKept(run, found());
    record(0);
    assertThat(kept().held()).isFalse();
  }

  /** No run may take the old site's disks for a point of what took over. */
  @Test
  void aTurnedGroupHasNothingToRecoverFromUntilItsFirstRound() {
    NamedSize home = daos.instances().findById(source).orElseThrow().spec().named();
    turn();
    turn();
    ProtectionGroupRow reversed = daos.protectionGroups().findById(group.id()).orElseThrow();
    assertThat(reversed.targetSite()).isEqualTo(alpha.id());
    assertThat(reversed.paused()).isTrue();
    ProtectionMemberRow member = daos.protectionGroups().members(group.id()).get(0);
    assertThat(member.instanceId()).isEqualTo(successor);
    assertThat(member.hostId()).isEqualTo(here.id());
    assertThat(daos.protectionGroups().view(group.id()).orElseThrow().restorableAt()).isNull();
    assertThat(new Rounds(daos).bases(member))
        .first()
        .satisfies(base -> assertThat(base.pointId()).isEqualTo(kept().id()));
    RecoveryPlanRow other = daos.recoveryPlans().findById(plan.id()).orElseThrow();
    assertThat(other.siteId()).isEqualTo(alpha.id());
    assertThat(other.version()).isEqualTo(plan.version() + 1);
    PlanDefinition.Member turned = other.definition().tiers().get(0).members().get(0);
    assertThat(turned.instance()).isEqualTo(successor);
    assertThat(turned.resources()).isEqualTo(new RecoveryResources(home.vcpus(), null, home));
    assertThat(new RecoveryFacts(daos).plan(RunKind.TEST, other.definition(), alpha.id(), now))
        .satisfies(planned -> assertThat(planned.isClear()).isFalse());
    assertThat(ledger.isProtected(run)).isFalse();
    assertThat(ledger.hasNewPoint(run)).isFalse();
  }

  @Test
  void aTurnThatIsTakenBackLeavesAllAsItWas() {
    ProtectionMemberRow before = daos.protectionGroups().members(group.id()).get(0);
    turn();
    ledger.turnBack(run);
    ledger.turnBack(run);
    ledger.dropKept(run);
    assertThat(daos.protectionGroups().members(group.id())).containsExactly(before);
    ProtectionGroupRow back = daos.protectionGroups().findById(group.id()).orElseThrow();
    assertThat(back.targetSite()).isEqualTo(beta.id());
    assertThat(back.paused()).isTrue();
    assertThat(daos.protectionGroups().view(group.id()).orElseThrow().restorableAt()).isNotNull();
    RecoveryPlanRow same = daos.recoveryPlans().findById(plan.id()).orElseThrow();
    assertThat(same.definition()).isEqualTo(plan.definition());
    assertThat(same.siteId()).isEqualTo(beta.id());
  }

  @Test
  void aPlanThatWasChangedMeanwhileIsNotTurned() {
    ledger.planReversal(run);
    daos.recoveryPlans()
        .replace(
            plan.id(), plan.name(), beta.id(), new PlanDefinition(List.of(), List.of(), null), now);
    assertRefused(() -> ledger.reverse(run), "was changed");
    assertThat(daos.protectionGroups().members(group.id()).get(0).instanceId()).isEqualTo(source);
  }

  @Test
  void theFirstRoundIsMadeOnceAndProtects() {
    turn();
    ProtectionGroupId id = new ProtectionGroupId(group.id());
    JobRequest round = Objects.requireNonNull(ledger.beginFirstRound(run, id));
    JobRequest same = Objects.requireNonNull(ledger.beginFirstRound(run, id));
    assertThat(same.job()).isEqualTo(round.job());
    new Points(database)
        .available(
            UUID.randomUUID(),
            daos.protectionGroups().findById(group.id()).orElseThrow(),
            List.of("root"));
    assertThat(ledger.isProtected(run)).isTrue();
    daos.jobs().succeed(round.job().value(), JsonNodeFactory.instance.objectNode(), now);
    assertThat(ledger.beginFirstRound(run, id)).isNull();

    JobRequest release = Objects.requireNonNull(ledger.beginRelease(run, new InstanceId(source)));
    assertThat(release.target()).isEqualTo(source);
    daos.jobs().succeed(release.job().value(), JsonNodeFactory.instance.objectNode(), now);
    daos.instances().delete(source);
    assertThat(ledger.beginRelease(run, new InstanceId(source))).isNull();

    ledger.completeReversal(run, List.of());
    ledger.completeReversal(run, List.of());
    assertThat(daos.protectionGroups().findById(group.id()).orElseThrow().paused()).isFalse();
    assertThat(daos.reversals().instances(run.value()).get(0).releasedAt()).isNotNull();
  }
}
