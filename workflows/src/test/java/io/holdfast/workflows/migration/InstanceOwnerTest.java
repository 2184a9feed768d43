package io.holdfast.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.MigrationSide;
import java.util.EnumSet;
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
    "HANDED_OVER, ABSENT, UNKNOWN",
    "ABSENT, ABSENT, UNKNOWN"
  })
  void isDecidedByBothSides(MigrationSide source, MigrationSide target, InstanceOwner owner) {
    assertThat(InstanceOwner.of(source, target)).isEqualTo(owner);
  }

  /** Only then may a source be ignored that does not answer. */
  @ParameterizedTest
  @EnumSource(MigrationSide.class)
  void aTargetThatRunsIsNeverTheSources(MigrationSide source) {
    assertThat(InstanceOwner.of(source, MigrationSide.RUNNING))
        .isNotIn(
            InstanceOwner.SOURCE,
            InstanceOwner.SOURCE_WITH_ARRIVAL,
            InstanceOwner.SOURCE_STANDS,
            InstanceOwner.SOURCE_OFF);
  }

  /** What has not arrived whole must never be let run. */
  @Test
  void aGuestIsLetRunAtTheTargetOnlyWhenItHasArrivedAndItsSourceCannotRunIt() {
    Set<MigrationSide> mayRun = EnumSet.of(MigrationSide.RUNNING, MigrationSide.LEAVING);
    for (MigrationSide source : MigrationSide.values()) {
      for (MigrationSide target : MigrationSide.values()) {
        if (InstanceOwner.of(source, target) == InstanceOwner.TARGET_STANDS) {
          assertThat(target).isEqualTo(MigrationSide.PAUSED);
          assertThat(mayRun).doesNotContain(source);
        }
      }
    }
  }
}
