package io.holdfast.workflows.lease;

import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.interceptors.Header;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A call's leases in its header; ids and numbers only, so they need no encryption. */
final class LeaseHeader {
  /** Of the job's target. */
  private static final String NAME = "holdfast-lease";

  /** Of what stands beside the target. */
  private static final String BESIDE = "holdfast-leases-beside";

  private static final DataConverter JSON = DefaultDataConverter.STANDARD_INSTANCE;

  private LeaseHeader() {}

  /** {@code leases}: the target's first. */
  static Header with(Header header, List<Lease> leases) {
    Map<String, Payload> values = new HashMap<>(header.getValues());
    values.put(NAME, JSON.toPayload(leases.get(0)).orElseThrow());
    if (leases.size() > 1) {
      Lease[] beside = leases.subList(1, leases.size()).toArray(Lease[]::new);
      values.put(BESIDE, JSON.toPayload(beside).orElseThrow());
    }
    return new Header(values);
  }

  /** The target's first; none of a call that came without one. */
  static List<Lease> read(Header header) {
    List<Lease> leases = new ArrayList<>();
    Payload own = header.getValues().get(NAME);
    if (own != null) {
      leases.add(JSON.fromPayload(own, Lease.class, Lease.class));
    }
    Payload beside = header.getValues().get(BESIDE);
    if (beside != null) {
      leases.addAll(List.of(JSON.fromPayload(beside, Lease[].class, Lease[].class)));
    }
    return leases;
  }
}
