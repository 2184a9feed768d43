package io.holdfast.activities.libvirt;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
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

  /** The text of a document, or of an element of one, again. */
  public static String write(Node document) {
    try {
      Transformer transformer = TransformerFactory.newInstance().newTransformer();
      transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      StringWriter text = new StringWriter();
      transformer.transform(new DOMSource(document), new StreamResult(text));
      return text.toString();
    } catch (TransformerException refused) {
      throw new IllegalStateException("XML cannot be written: " + refused.getMessage(), refused);
    }
  }

  /** The element's own children of this name, in order. */
  public static List<Element> children(Element parent, String name) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        children.add(element);
      }
    }
    return children;
  }

  /** An attribute of the element's first own child of this name; "" when there is none. */
  public static String attribute(Element parent, String child, String name) {
    List<Element> found = children(parent, child);
    return found.isEmpty() ? "" : found.get(0).getAttribute(name);
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
