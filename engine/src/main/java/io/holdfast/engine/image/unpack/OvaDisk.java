package io.holdfast.engine.image.unpack;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The disk of an OVA: a tar that begins with an OVF descriptor, which names the disk, and may have
 * a manifest with the hashes of all files (DMTF DSP0243, section 6).
 */
final class OvaDisk {
  private static final int MOST_TEXT_BYTES = 1 << 20;

  private final TarFiles files;
  private final Passage passage;
  private final OutputStream disk;
  private final OvfManifest manifest = new OvfManifest();

  OvaDisk(TarFiles files, Passage passage, OutputStream disk) {
    this.files = files;
    this.passage = passage;
    this.disk = disk;
  }

  static boolean isDescriptor(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".ovf");
  }

  void unpack(TarFiles.File descriptor) throws IOException {
    OvfDescriptor ovf = OvfDescriptor.parse(text(manifest.watched(descriptor)));
    Set<String> present = new HashSet<>(Set.of(descriptor.name()));
    for (TarFiles.@Nullable File file = files.next(); file != null; file = files.next()) {
      present.add(file.name());
      if (isDescriptor(file.name())) {
        throw new InvalidImageException("The OVA holds a second descriptor, " + file.name());
      }
      if (file.name().toLowerCase(Locale.ROOT).endsWith(".mf")) {
        manifest.read(text(file));
        continue;
      }
      TarFiles.File watched = manifest.watched(file);
      if (file.name().equals(ovf.disk())) {
        TarDisk.write(watched, passage, disk);
      }
      Passage.drain(watched.content());
    }
    for (String named : ovf.files()) {
      if (!present.contains(named)) {
        throw new InvalidImageException(
            "The OVF descriptor names a file that is not in the archive: " + named);
      }
    }
    manifest.check();
  }

  private static byte[] text(TarFiles.File file) throws IOException {
    byte[] text = file.content().readNBytes(MOST_TEXT_BYTES + 1);
    if (text.length > MOST_TEXT_BYTES) {
      throw new InvalidImageException(file.name() + " in the OVA has more than a MiB");
    }
    return text;
  }
}
