package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostFitTest {
  @Test
  void everyReasonWhyItCannotRunHereIsSaid() {
    HostFit check =
        new HostFit(
            "<domain type='qemu'><os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os>"
                + "</domain>");
    String capabilities =
        """
        <capabilities><guest><arch name='x86_64'><machine>pc-i440fx-%s</machine>
          <domain type='%s'/></arch></guest></capabilities>
        """;
    assertThat(check.hypervisor(capabilities.formatted("7.2", "qemu"))).isEmpty();
    assertThat(check.hypervisor(capabilities.formatted("6.0", "qemu")))
        .containsExactly("This host's QEMU has no machine type pc-i440fx-7.2");
    assertThat(check.hypervisor(capabilities.formatted("7.2", "kvm")))
        .containsExactly("This host runs no x86_64 guests of type qemu");
  }
}
