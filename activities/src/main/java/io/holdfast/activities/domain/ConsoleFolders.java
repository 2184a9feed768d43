package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.Xml;
import java.nio.file.Path;
import java.util.List;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Where the logs of a domain's consoles lie; another host may have another place for them. */
public final class ConsoleFolders {
  private ConsoleFolders() {}

  /** Gives each log this folder; its name stays. */
  public static void replace(Document domain, Path folder) {
    for (String device : List.of("serial", "console")) {
      for (Element each : Xml.elements(domain, device)) {
        for (Element source : Xml.children(each, "source")) {
          if (source.hasAttribute("path")) {
            Path log = Path.of(source.getAttribute("path")).getFileName();
            source.setAttribute("path", folder.resolve(log).toString());
          }
        }
      }
    }
  }
}
