package io.holdfast.engine.core;

import static io.holdfast.engine.core.PlanDefinitions.invalid;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.workflows.model.NetworkMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks where a plan has nics go. */
final class PlanNetworks {
  private final Daos daos;
  private final Set<UUID> mapped = new HashSet<>();

  PlanNetworks(Daos daos) {
    this.daos = daos;
  }

  List<PlanDefinition.Mapping> of(List<NewRecoveryPlan.Mapping> wanted) {
    List<PlanDefinition.Mapping> networks = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      networks.add(mapping("networks[" + i + "]", wanted.get(i)));
    }
    return networks;
  }

  private PlanDefinition.Mapping mapping(String field, NewRecoveryPlan.Mapping wanted) {
    NetworkRow from = network(field + ".from", wanted.from());
    if (!mapped.add(from.id())) {
      throw invalid(field + ".from", from.name() + " is mapped twice");
    }
    @Nullable NetworkRow failover =
        wanted.failover() == null ? null : network(field + ".failover", wanted.failover());
    @Nullable NetworkRow test =
        wanted.test() == null ? null : network(field + ".test", wanted.test());
    if (test != null && test.mode() != NetworkMode.ISOLATED) {
      throw invalid(field + ".test", test.name() + " is not ISOLATED: a test must not get out");
    }
    return new PlanDefinition.Mapping(
        from.id(),
        failover == null ? null : failover.id(),
        test == null ? null : test.id(),
        wanted.addresses());
  }

  private NetworkRow network(String field, String reference) {
    return Lookup.inField(
        "network", field, reference, daos.networks()::findById, daos.networks()::findByName);
  }
}
