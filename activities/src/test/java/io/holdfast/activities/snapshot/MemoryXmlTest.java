package io.holdfast.activities.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PowerState;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryXmlTest {
  private static final InstanceId ID = Examples.INSTANCE;
  private static final String XML =
      """
      <domain type='qemu'>
        <memory unit='KiB'>131072</memory>
        <vcpu placement='static'>1</vcpu>
        <os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os>
        <devices>
          <disk type='file' device='disk'>
            <source file='/pools/a/%1$s-root.qcow2'/>
            <backingStore type='file'><source file='/img/image.qcow2'/></backingStore>
            <target dev='vda' bus='virtio'/>
          </disk>
          <disk type='file' device='disk'>
            <source file='/pools/a/%1$s-seed.iso'/>
            <target dev='vdb' bus='virtio'/>
          </disk>
          <interface type='network'>
            <mac address='52:54:00:00:00:01'/><source network='hf-net'/>
          </interface>
          <serial type='file'><source path='/var/log/a/hf-%1$s-console.log'/></serial>
        </devices>
      </domain>
      """
          .formatted(ID);

  @Test
  void itsFilesAreThoseOfThisHost() {
    assertThat(MemoryXml.render(XML, ID, Path.of("/srv/pool"), Path.of("/srv/log")))
        .contains("/srv/pool/" + ID + "-root.qcow2")
        .contains("/srv/pool/" + ID + "-seed.iso")
        .contains("/srv/log/hf-" + ID + "-console.log")
        .contains("machine=\"pc-i440fx-7.2\"")
        .doesNotContain("/pools/");
  }

  /** In some pools a disk stands on its image; the snapshot's copy of it does not. */
  @Test
  void whatItsDisksStoodOnIsLeftOutAlsoWhereTheyStay() {
    assertThat(MemoryXml.render(XML, ID, Path.of("/pools/a"), Path.of("/var/log/a")))
        .contains("/pools/a/" + ID + "-root.qcow2")
        .doesNotContain("backingStore");
  }

  @Test
  void everythingThatIsOtherThanThenIsSaid() {
    assertThat(MemoryXml.differences(XML, XML.replace("/pools/a/", "/srv/"))).isEmpty();
    String now =
        XML.replace(">1</vcpu>", ">2</vcpu>")
            .replace("00:01", "00:02")
            .replace(ID + "-seed.iso", "volume.qcow2");
    assertThat(MemoryXml.differences(XML, now))
        .containsExactly(
            "It had 1 processors and 128 MiB, the instance has 2 processors and 128 MiB",
            "It had nic 52:54:00:00:00:01 in hf-net, the instance has not",
            "It had no nic 52:54:00:00:00:02 in hf-net, the instance has",
            "It had disk vdb (" + ID + "-seed.iso), the instance has not",
            "It had no disk vdb (volume.qcow2), the instance has");
  }

  @Test
  void onlyOfAGuestThatRunsWithNoOtherDisksThanASnapshotHas() {
    assertThatCode(new MemoryGuest(ID, XML, PowerState.RUNNING)::requireTakeable)
        .doesNotThrowAnyException();
    assertThatThrownBy(new MemoryGuest(ID, XML, PowerState.PAUSED)::requireTakeable)
        .satisfies(e -> assertThat(Failures.typeOf(e)).isEqualTo(FailureType.INSTANCE_MUST_RUN));
    String volume = "00000000-0000-0000-0000-00000000000d.qcow2";
    String with = XML.replace(ID + "-seed.iso", volume);
    assertThatThrownBy(new MemoryGuest(ID, with, PowerState.RUNNING)::requireTakeable)
        .hasMessageContaining("vdb (/pools/a/" + volume + ")")
        .satisfies(e -> assertThat(Failures.typeOf(e)).isEqualTo(FailureType.SNAPSHOT_UNSUPPORTED));
  }

  /** At an eighth more than the memory; of a snapshot alone. */
  @ParameterizedTest
  @CsvSource({"6, 700, 400, false", "6, 700, 426, true", "9, 700, 426, false"})
  void aGuestThatWritesFasterThanItIsSavedIsHeldStill(
      long operation, long processed, long remaining, boolean usedUp) {
    Map<String, Long> numbers =
        Map.of(
            "operation", operation,
            "memory_total", 1000L,
            "memory_processed", processed,
            "memory_remaining", remaining);
    assertThat(MemoryRoom.isUsedUp(new DomainJob(DomainJob.Kind.OTHER, numbers))).isEqualTo(usedUp);
  }

  @Test
  void onlyUnderKvmItRunsWhileItsMemoryGoes() {
    assertThat(MemorySaving.isEmulated(XML)).isTrue();
    assertThat(MemorySaving.isEmulated(XML.replace("'qemu'", "'kvm'"))).isFalse();
  }
}
