package io.holdfast.engine.temporal;

import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.testing.TestEnvironmentOptions;

/** Temporal's test server as the engine needs it. */
final class TestTemporal {
  private static final IndexedValueType KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

  private TestTemporal() {}

  /** With the search attributes that the engine starts workflows with. */
  static TestEnvironmentOptions.Builder options() {
    return TestEnvironmentOptions.newBuilder()
        .registerSearchAttribute("JobKind", KEYWORD)
        .registerSearchAttribute("ProjectId", KEYWORD)
        .registerSearchAttribute("InstanceId", KEYWORD)
        .registerSearchAttribute("HostId", KEYWORD);
  }
}
