package io.holdfast.workflows.lease;

import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.interceptors.Header;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A lease in the header of an activity call; ids and numbers only, so it needs no encryption. */
final class LeaseHeader {
  private static final String NAME = "holdfast-lease";

  private LeaseHeader() {}

  static Header with(Header header, Lease lease) {
    Map<String, Payload> values = new HashMap<>(header.getValues());
    values.put(NAME, DefaultDataConverter.STANDARD_INSTANCE.toPayload(lease).orElseThrow());
    return new Header(values);
  }

  static Optional<Lease> read(Header header) {
    return Optional.ofNullable(header.getValues().get(NAME))
        .map(
            payload ->
                DefaultDataConverter.STANDARD_INSTANCE.fromPayload(
                    payload, Lease.class, Lease.class));
  }
}
