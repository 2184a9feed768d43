package io.holdfast.activities.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.Error.ErrorNumber;

class LibvirtFaultTest {
  /** Whoever asks again finds what became of a guest whose QEMU went; a refusal stays one. */
  @ParameterizedTest
  @CsvSource({
    "Unable to read from monitor: Connection reset by peer, LIBVIRT_UNAVAILABLE",
    "Unable to write to monitor: Broken pipe, LIBVIRT_UNAVAILABLE",
    "qemu unexpectedly closed the monitor: no such drive, LIBVIRT_REFUSED",
    "Requested operation is not valid: domain is not running, LIBVIRT_REFUSED",
    "failed to write: No space left on device, STORAGE_FULL"
  })
  void whatLibvirtSaysIsToldApart(String words, FailureType type) {
    LibvirtFault fault = new LibvirtFault(ErrorNumber.VIR_ERR_SYSTEM_ERROR, words, false);
    assertThat(Failures.typeOf(fault.toFailure("Opening the backup"))).isEqualTo(type);
  }
}
