package io.holdfast.activities.guest;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.libvirt.Stream;

/** Takes pictures of guests' screens, one at a time: each may need tens of MiB for a moment. */
final class GuestScreens {
  private static final int FIRST = 0;
  private static final int CHUNK = 1 << 16;

  /** What a picture may have in a call's answer, which a workflow keeps. */
  private static final int MOST_BYTES = 256 << 10;

  /** 4096 x 2160 pixels; a larger one would take the worker's memory from its other work. */
  private static final int MOST_RAW = 4_096 * 2_160 * 3 + CHUNK;

  private final LibvirtConnection libvirt;

  GuestScreens(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  /** A PNG in base64. Fails with LIBVIRT_REFUSED for a guest without a video card. */
  synchronized String take(InstanceId instance) {
    Optional<byte[]> screen =
        libvirt.call(
            "Taking a picture of the screen",
            session -> session.domain(instance.value(), domain -> raw(session, domain)));
    if (screen.isEmpty()) {
      throw Failures.of(FailureType.NOT_FOUND, "The guest's domain is gone");
    }
    try {
      return Base64.getEncoder().encodeToString(ScreenImage.png(screen.get(), MOST_BYTES));
    } catch (IOException unknown) {
      throw FailureMapping.typed(unknown);
    }
  }

  private static byte[] raw(LibvirtSession session, Domain domain) throws LibvirtException {
    Stream stream = session.connect().streamNew(0);
    try {
      domain.screenshot(stream, FIRST);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int read = stream.receive(chunk); read > 0; read = stream.receive(chunk)) {
        bytes.write(chunk, 0, read);
        if (bytes.size() > MOST_RAW) {
          throw Failures.of(FailureType.INTERNAL, "The screen is larger than 4096 x 2160 pixels");
        }
      }
      return bytes.toByteArray();
    } finally {
      stream.free();
    }
  }
}
