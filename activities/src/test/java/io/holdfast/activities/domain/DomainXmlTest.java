package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.activities.Golden;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.workflows.model.ComputeSize;
import java.nio.file.Path;
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
