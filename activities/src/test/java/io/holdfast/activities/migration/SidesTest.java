package io.holdfast.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.libvirt.DomainJob.Kind;
import io.holdfast.activities.libvirt.MigrationCalls.Status;
import io.holdfast.workflows.model.MigrationSide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers of libvirt-domain.h: virDomainState, and the reasons of each state. */
class SidesTest {
  @ParameterizedTest
  @CsvSource({
    // state, reason, job, side
    "1, 1, NONE, RUNNING", // booted
    "1, 2, NONE, RUNNING", // migrated from another host
    "1, 6, NONE, RUNNING", // back from a migration that was cancelled
    "1, 1, OTHER, RUNNING", // beside a backup
    "2, 0, NONE, RUNNING", // blocked
    "4, 1, NONE, RUNNING", // being shut down
    "7, 0, NONE, RUNNING", // suspended by its guest
    "1, 1, MIGRATION_OUT, LEAVING",
    "3, 2, MIGRATION_OUT, LEAVING", // its last moments
    "3, 12, MIGRATION_OUT, LEAVING", // by post-copy
    "3, 2, MIGRATION_IN, ARRIVING",
    "3, 11, MIGRATION_IN, ARRIVING", // being started
    "1, 10, MIGRATION_IN, RUNNING", // by post-copy
    "1, 11, NONE, BROKEN", // by post-copy that failed
    "1, 11, MIGRATION_IN, BROKEN",
    "3, 1, NONE, PAUSED", // arrived, or suspended by somebody
    "3, 2, NONE, PAUSED", // left by a libvirtd that died
    "3, 5, NONE, PAUSED", // its disk failed
    "3, 12, NONE, HANDED_OVER",
    "3, 13, NONE, BROKEN",
    "3, 13, MIGRATION_OUT, BROKEN", // its job waits for one that goes on
    "3, 13, MIGRATION_IN, BROKEN",
    "5, 4, NONE, HANDED_OVER",
    "5, 0, NONE, OFF", // libvirtd was started since
    "5, 1, NONE, OFF", // shut down
    "5, 2, NONE, OFF", // destroyed
    "5, 3, NONE, OFF", // its QEMU died
    "5, 8, NONE, OFF", // ended by a libvirtd that started
    "6, 1, NONE, OFF", // panicked
  })
  void whatLibvirtSaysIsOneSide(int state, int reason, Kind job, MigrationSide side) {
    assertThat(Sides.of(new Status(state, reason), job)).isEqualTo(side);
  }
}
