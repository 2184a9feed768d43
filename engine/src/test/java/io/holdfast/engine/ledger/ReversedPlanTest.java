package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.AddressRule;
import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanDefinition.Mapping;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.engine.ledger.ReversedPlan.Home;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a plan gives its instances belongs to a site, and is turned with the direction. */
class ReversedPlanTest {
  private static final NamedSize AT_HOME = new NamedSize("large", 4, 8192);
  private static final NamedSize AWAY = new NamedSize(null, 1, 2048);

  private final UUID source = UUID.randomUUID();
  private final UUID successor = UUID.randomUUID();
  private final UUID again = UUID.randomUUID();
  private final UUID lan = UUID.randomUUID();
  private final UUID far = UUID.randomUUID();
  private final UUID wide = UUID.randomUUID();

  @Test
  void theInstanceGetsBackWhatItHadAtHomeAndThenWhatItHadAway() {
    Member member =
        Member.of(source, "db")
            .withResources(new RecoveryResources(1, 2048, null))
            .withAddresses(List.of(new NicAddress(1, "10.2.0.20"), new NicAddress(2, "10.3.0.9")));
    Member turned =
        only(
            ReversedPlan.of(
                plan(member),
                Map.of(source, successor),
                Map.of(source, new Home(AT_HOME, Map.of(0, "10.1.0.7", 1, "10.1.0.8")))));
    assertThat(turned.instance()).isEqualTo(successor);
    assertThat(turned.resources()).isEqualTo(new RecoveryResources(4, 8192, AT_HOME));
    assertThat(RecoveryResources.of(turned.resources(), AWAY)).isEqualTo(AT_HOME);
    assertThat(turned.addresses()).containsExactly(new NicAddress(1, "10.1.0.8"));
    Member back =
        only(
            ReversedPlan.of(
                plan(turned),
                Map.of(successor, again),
                Map.of(successor, new Home(AWAY, Map.of(1, "10.2.0.20")))));
    assertThat(RecoveryResources.of(back.resources(), AT_HOME)).isEqualTo(AWAY);
    assertThat(back.addresses()).containsExactly(new NicAddress(1, "10.2.0.20"));
  }

  /** What the plan does not speak of goes with the instance, whichever way. */
  @Test
  void whatIsNotSaidStaysUnsaid() {
    Member member = Member.of(source, "db").withResources(new RecoveryResources(null, 2048, null));
    Map<UUID, Home> homes = Map.of(source, new Home(AT_HOME, Map.of()));
    Member turned = only(ReversedPlan.of(plan(member), Map.of(source, successor), homes));
    assertThat(turned.resources()).isEqualTo(new RecoveryResources(null, 8192, AT_HOME));
    NamedSize resized = new NamedSize(null, 6, 2048);
    assertThat(RecoveryResources.of(turned.resources(), resized))
        .isEqualTo(new NamedSize(null, 6, 8192));
    Member plain = only(ReversedPlan.of(plan(Member.of(source, "db")), Map.of(), homes));
    assertThat(plain.resources()).isNull();
  }

  @Test
  void rulesOfNetworksHoldBothWays() {
    PlanDefinition plan =
        new PlanDefinition(
            List.of(),
            List.of(
                new Mapping(lan, far, UUID.randomUUID(), AddressRule.KEEP),
                new Mapping(wide, null, null, AddressRule.KEEP),
                new Mapping(again, null, null, AddressRule.AUTOMATIC)),
            null);
    assertThat(ReversedPlan.of(plan, Map.of(), Map.of()).networks())
        .containsExactly(
            new Mapping(far, lan, null, AddressRule.KEEP),
            new Mapping(wide, null, null, AddressRule.KEEP));
  }

  private static PlanDefinition plan(Member member) {
    PlanDefinition.Tier tier =
        new PlanDefinition.Tier(
            "data", 1, List.of(member), List.of(), List.of(), List.of(), List.of());
    return new PlanDefinition(List.of(tier), List.of(), null);
  }

  private static Member only(PlanDefinition plan) {
    return plan.tiers().get(0).members().get(0);
  }
}
