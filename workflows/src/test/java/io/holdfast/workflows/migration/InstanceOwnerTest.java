package io.holdfast.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.MigrationSide;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose a guest is: the whole table is short, and these are the rows that cost one. */
class InstanceOwnerTest {
  @ParameterizedTest
  @CsvSource({
    "RUNNING, PAUSED, SOURCE_WITH_ARRIVAL", // its answer was lost, and it went on: the arrived copy
    // never ran
    "RUNNING, OFF, SOURCE_WITH_REST", // and the target has lost its power since
    "RUNNING, RUNNING, UNKNOWN", // nobody may choose
    "LEAVING, RUNNING, LEAVING", // by post-copy
    "HANDED_OVER, ARRIVING, MOVING",
    "PAUSED, PAUSED, SOURCE_STANDS", // neither runs; what arrived is thrown away
    "PAUSED, RUNNING, TARGET",
    "HANDED_OVER, PAUSED, TARGET_STANDS", // whoever was to let it run is dead
    "HANDED_OVER, OFF, TARGET_OFF", // the target lost power afterwards
    "OFF, PAUSED, TARGET_STANDS", // the source lost power, all had arrived
    "OFF, OFF, TARGET_OFF", // a libvirtd that was restarted forgot the handover
    "OFF, ABSENT, SOURCE_OFF", // the source lost power before
    "BROKEN, BROKEN, BROKEN", // by post-copy
    "BROKEN, RUNNING, BROKEN", // until it needs what has not come
    "BROKEN, OFF, BROKEN",
    "OFF, BROKEN, BROKEN",
    "HANDED_OVER, ABSENT, UNKNOWN",
    "ABSENT, ABSENT, UNKNOWN"
  })
  void isDecidedByBothSides(MigrationSide source, MigrationSide target, InstanceOwner owner) {
    assertThat(InstanceOwner.of(source, target, false)).isEqualTo(owner);
  }

  /** What has arrived is what the guest was before it wrote on. */
  @ParameterizedTest
  @CsvSource({
    "OFF, PAUSED, SOURCE_OFF_WITH_REST",
    "OFF, OFF, SOURCE_OFF_WITH_REST",
    "OFF, ABSENT, SOURCE_OFF",
    "OFF, ARRIVING, MOVING", // libvirt has yet to notice that it never will
    "OFF, RUNNING, TARGET", // somebody let it run there
    "ABSENT, OFF, UNKNOWN",
    "ABSENT, PAUSED, UNKNOWN",
    "PAUSED, PAUSED, SOURCE_STANDS",
    "RUNNING, OFF, SOURCE_WITH_REST",
    "HANDED_OVER, PAUSED, TARGET_STANDS" // by a call that came late
  })
  void aSourceThatRanOnHasTheNewest(
      MigrationSide source, MigrationSide target, InstanceOwner owner) {
    assertThat(InstanceOwner.of(source, target, true)).isEqualTo(owner);
  }

  /** Only then may a source be ignored that does not answer. */
  @ParameterizedTest
  @EnumSource(MigrationSide.class)
  void aTargetThatRunsIsNeverTheSources(MigrationSide source) {
    for (boolean takenBack : List.of(false, true)) {
      assertThat(InstanceOwner.of(source, MigrationSide.RUNNING, takenBack))
          .isNotIn(
              InstanceOwner.SOURCE,
              InstanceOwner.SOURCE_WITH_ARRIVAL,
              InstanceOwner.SOURCE_WITH_REST,
              InstanceOwner.SOURCE_STANDS,
              InstanceOwner.SOURCE_OFF,
              InstanceOwner.SOURCE_OFF_WITH_REST);
    }
  }

  /** What has not arrived whole must never be let run. */
  @Test
  void aGuestIsLetRunAtTheTargetOnlyWhenItHasArrivedAndItsSourceCannotRunIt() {
    Set<MigrationSide> mayRun = EnumSet.of(MigrationSide.RUNNING, MigrationSide.LEAVING);
    for (MigrationSide source : MigrationSide.values()) {
      for (MigrationSide target : MigrationSide.values()) {
        if (InstanceOwner.of(source, target, false) == InstanceOwner.TARGET_STANDS) {
          assertThat(target).isEqualTo(MigrationSide.PAUSED);
          assertThat(mayRun).doesNotContain(source);
        }
      }
    }
  }
}
