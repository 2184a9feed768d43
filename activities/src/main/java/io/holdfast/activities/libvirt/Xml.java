package io.holdfast.activities.libvirt;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The little that reading and writing libvirt's XML takes. */
public final class Xml {
  private Xml() {}

  /** Text as it may stand in an attribute or an element. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&apos;")
        .replace("\"", "&quot;");
  }

  /** Parses a document of libvirt's. */
  public static Document parse(String xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    } catch (ParserConfigurationException | org.xml.sax.SAXException | java.io.IOException bad) {
      throw new IllegalStateException("libvirt's XML cannot be read: " + bad.getMessage(), bad);
    }
  }

  /** All elements of this name, in order. */
  public static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  /** The text of the first element of this name, or "". */
  public static String text(Document document, String name) {
    List<Element> found = elements(document, name);
    return found.isEmpty() ? "" : found.get(0).getTextContent().strip();
  }
}
