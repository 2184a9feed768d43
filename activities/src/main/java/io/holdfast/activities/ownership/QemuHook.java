package io.holdfast.activities.ownership;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.config.OwnershipSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hook by which libvirt asks before it starts a domain, whoever wants it started. */
public final class QemuHook {
  private static final Logger LOG = LoggerFactory.getLogger(QemuHook.class);
  private static final String SOURCE = "qemu-hook.sh";
  private static final String EXECUTABLE = "rwxr-xr-x";

  private QemuHook() {}

  /**
   * Puts the hook in its place, unless it is there as it should be. libvirtd looks only when it
   * starts whether there are hooks, so a host that had none needs its libvirtd restarted.
   */
  public static void install(OwnershipSettings settings) throws IOException {
    Path hook = Path.of(settings.hook());
    String wanted = text(settings);
    if (Files.isExecutable(hook) && Files.readString(hook).equals(wanted)) {
      return;
    }
    boolean first = !Files.exists(hook);
    Path folder = Objects.requireNonNull(hook.getParent(), "a hook lies in a folder");
    Files.createDirectories(folder);
    Path staged = folder.resolve(PoolFiles.temporaryName(String.valueOf(hook.getFileName())));
    Files.writeString(staged, wanted);
    Files.setPosixFilePermissions(staged, PosixFilePermissions.fromString(EXECUTABLE));
    PoolFiles.publish(staged, hook);
    if (first) {
      LOG.warn("{} is new: restart libvirtd, which runs no hook that it did not start with", hook);
    } else {
      LOG.info("{} was brought up to date", hook);
    }
  }

  static String text(OwnershipSettings settings) throws IOException {
    try (InputStream source =
        Objects.requireNonNull(QemuHook.class.getResourceAsStream(SOURCE), SOURCE)) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8)
          .replaceFirst("(?m)^OWNERSHIP=.*$", "OWNERSHIP=" + quoted(settings.directory()))
          .replaceFirst("(?m)^CONFIRMED=.*$", "CONFIRMED=" + quoted(settings.bootDirectory()));
    }
  }

  /** Settings allow no quotes in it. */
  private static String quoted(String path) {
    return path.matches("[\\w./-]+") ? path : "'" + path + "'";
  }
}
