package io.holdfast.activities.libvirt;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.ApplicationFailure;
import java.util.Locale;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/** What libvirt said no to, for callers that tell one no from another. */
public final class LibvirtFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorNumber code;
  private final boolean unavailable;

  LibvirtFault(ErrorNumber code, String message, boolean unavailable) {
    super(message);
    this.code = code;
    this.unavailable = unavailable;
  }

  static LibvirtFault of(LibvirtException refused, boolean connectionLost) {
    ErrorNumber code = codeOf(refused);
    return new LibvirtFault(code, String.valueOf(refused.getMessage()), connectionLost);
  }

  /** The error's number; {@link LibvirtException} keeps it one call deeper. */
  public static ErrorNumber codeOf(LibvirtException refused) {
    return refused.getError().getCode();
  }

  public ErrorNumber code() {
    return code;
  }

  /** True when libvirt could not be asked at all. */
  public boolean isUnavailable() {
    return unavailable;
  }

  public boolean says(String words) {
    return String.valueOf(getMessage()).contains(words);
  }

  /** The failure for a workflow. {@code doing}: a sentence's beginning, "Starting the domain". */
  public ApplicationFailure toFailure(String doing) {
    return switch (type()) {
      case LIBVIRT_UNAVAILABLE ->
          Failures.of(
              FailureType.LIBVIRT_UNAVAILABLE, doing + ": libvirt does not answer now", this);
      case STORAGE_FULL ->
          Failures.of(FailureType.STORAGE_FULL, doing + ": no space left on the host", this);
      default -> Failures.of(FailureType.LIBVIRT_REFUSED, doing + ": libvirt refused", this);
    };
  }

  /**
   * QEMU went while it was asked: nothing was refused, and whoever asks again finds the guest off.
   * The words are libvirt's, of qemu_monitor.c; a QEMU that will not start has others.
   */
  private static boolean lostQemu(String message) {
    return message.contains("unable to read from monitor")
        || message.contains("unable to write to monitor");
  }

  private FailureType type() {
    String message = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
    if (unavailable || code == ErrorNumber.VIR_ERR_OPERATION_TIMEOUT || lostQemu(message)) {
      return FailureType.LIBVIRT_UNAVAILABLE;
    }
    return message.contains("no space left")
        ? FailureType.STORAGE_FULL
        : FailureType.LIBVIRT_REFUSED;
  }
}
