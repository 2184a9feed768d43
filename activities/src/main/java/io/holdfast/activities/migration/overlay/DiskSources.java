package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.libvirt.Xml;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Other files in a domain's description; all else stays as it was. */
public final class DiskSources {
  private DiskSources() {}

  /**
   * Gives each disk the file that {@code place} names for its own. What lies below is left out, for
   * libvirt reads that from the files.
   */
  public static void replace(Document domain, UnaryOperator<Path> place) {
    for (Element disk : Xml.elements(domain, "disk")) {
      for (Element source : Xml.children(disk, "source")) {
        if (source.hasAttribute("file")) {
          Path old = Path.of(source.getAttribute("file"));
          Path file = place.apply(old);
          if (!file.equals(old)) {
            source.setAttribute("file", file.toString());
            Xml.children(disk, "backingStore").forEach(disk::removeChild);
          }
        }
      }
    }
  }
}
