package io.holdfast.engine.core;

import static io.holdfast.engine.core.PlanDefinitions.invalid;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.placement.AddressPlanner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Checks the addresses that a plan gives nics of its instances where those go in a failover. */
final class PlanAddressRules {
  private final Daos daos;
  private final Map<UUID, UUID> mapped = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  PlanAddressRules(Daos daos, List<PlanDefinition.Mapping> networks) {
    this.daos = daos;
    for (PlanDefinition.Mapping mapping : networks) {
      if (mapping.failover() != null) {
        mapped.put(mapping.from(), mapping.failover());
      }
    }
  }

  List<NicAddress> of(String field, InstanceRow instance, List<NicAddress> wanted) {
    List<PortView> ports = daos.instances().ports(instance.id());
    Set<Integer> nics = new HashSet<>();
    for (int i = 0; i < wanted.size(); i++) {
      String where = field + "[" + i + "]";
      NicAddress one = wanted.get(i);
      if (one.nic() >= ports.size()) {
        throw invalid(where + ".nic", "%s has %d nics".formatted(instance.name(), ports.size()));
      }
      if (!nics.add(one.nic())) {
        throw invalid(where + ".nic", "nic %d gets two addresses".formatted(one.nic()));
      }
      check(where + ".address", network(ports.get(one.nic())), one.address());
    }
    return wanted;
  }

  private NetworkRow network(PortView port) {
    UUID from = port.port().networkId();
    return daos.networks().findById(mapped.getOrDefault(from, from)).orElseThrow();
  }

  private void check(String field, NetworkRow network, String address) {
    if (!AddressPlanner.isIn(network.cidr(), address)) {
      throw invalid(
          field,
          "network %s (%s) has no address %s".formatted(network.name(), network.cidr(), address));
    }
    if (!given.add(network.id() + " " + address)) {
      throw invalid(field, address + " is given to another nic of the plan");
    }
  }
}
