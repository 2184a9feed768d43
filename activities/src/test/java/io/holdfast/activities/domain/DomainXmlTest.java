package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.activities.Golden;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainXmlTest {
  @ParameterizedTest
  @ValueSource(strings = {"kvm", "qemu"})
  void describesAnInstance(String type) throws Exception {
    Golden.check("domain-" + type + ".xml", render(type));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kvm", "qemu"})
  void describesOneWithRoomToGrow(String type) throws Exception {
    Golden.check("domain-" + type + "-grows.xml", render(type, new ComputeSize(8, 4096)));
  }

  /** A guest finds a disk that was made of a volume as it found the volume. */
  @Test
  void aDiskThatStartedAsAVolumeHasItsSerial() {
    InstanceSpec plain = Examples.instance();
    InstanceSpec restored =
        new InstanceSpec(
            plain.id(),
            plain.job(),
            plain.name(),
            plain.vcpus(),
            plain.memoryMiB(),
            null,
            plain.pool(),
            null,
            List.of(
                plain.disks().get(0),
                new DiskSpec("disk1", "vdb", 32L << 20, "dddddddd-2222-4333-8")),
            plain.ports(),
            plain.seed(),
            plain.readiness(),
            plain.guestTimeoutSeconds());
    assertThat(
            DomainXml.render(
                restored, new DomainSite("kvm", Path.of("/pool"), Path.of("/consoles"))))
        .containsOnlyOnce("<serial>dddddddd-2222-4333-8</serial>");
  }

  @Test
  void diskNamesGoOnBehindTheAlphabet() {
    assertThat(IntStream.of(0, 1, 25, 26, 52).mapToObj(DiskSpec::device))
        .containsExactly("vda", "vdb", "vdz", "vdaa", "vdba");
  }

  @Test
  void carriesTheTag() {
    assertThat(Ownership.isOurs(render("kvm"))).isTrue();
  }

  private static String render(String type) {
    return render(type, null);
  }

  private static String render(String type, @Nullable ComputeSize limit) {
    return DomainXml.render(
        Examples.instance(limit),
        new DomainSite(type, Path.of("/var/lib/pool & <more>"), Path.of("/var/log/consoles")));
  }
}
