package io.holdfast.engine.image.unpack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * What an OVF descriptor says of files and disks (DMTF DSP0243, sections 7 and 9). Nothing else of
 * it is used: sizes and networks are the instance's own.
 *
 * @param disk the name of the one disk's file
 * @param files all files that it refers to
 */
record OvfDescriptor(String disk, Set<String> files) {
  private static final Pattern ELSEWHERE = Pattern.compile(".*[/\\\\:].*|\\.\\.?|");

  /** Throws {@link InvalidImageException} unless it names one disk, in a file beside it. */
  static OvfDescriptor parse(byte[] xml) throws IOException {
    Element envelope = document(xml);
    if (!"Envelope".equals(envelope.getLocalName())) {
      throw new InvalidImageException("The OVF descriptor is no Envelope");
    }
    Map<String, String> files = new HashMap<>();
    for (Element file : below(envelope, "References", "File")) {
      String href = attribute(file, "href");
      if (ELSEWHERE.matcher(href).matches()) {
        throw new InvalidImageException(
            "The OVF descriptor names a file that is not in the archive: " + href);
      }
      if (!attribute(file, "chunkSize").isEmpty()) {
        throw new InvalidImageException("The OVF descriptor splits " + href + " into chunks");
      }
      if (files.put(attribute(file, "id"), href) != null) {
        throw new InvalidImageException("The OVF descriptor has two files of one id");
      }
    }
    return new OvfDescriptor(disk(envelope, files), Set.copyOf(files.values()));
  }

  private static String disk(Element envelope, Map<String, String> files)
      throws InvalidImageException {
    List<String> disks = new ArrayList<>();
    for (Element disk : below(envelope, "DiskSection", "Disk")) {
      String reference = attribute(disk, "fileRef");
      if (!attribute(disk, "parentRef").isEmpty()) {
        throw new InvalidImageException("The OVF descriptor has a disk that stands on another");
      }
      if (reference.isEmpty()) {
        continue; // an empty disk, made when the system is
      }
      String file = files.get(reference);
      if (file == null) {
        throw new InvalidImageException(
            "The OVF descriptor has a disk in file %s, which it does not list"
                .formatted(reference));
      }
      disks.add(file);
    }
    if (disks.size() != 1) {
      throw new InvalidImageException(
          disks.isEmpty()
              ? "The OVF descriptor names no disk"
              : "The OVA holds more than one disk: " + String.join(" and ", disks));
    }
    return disks.get(0);
  }

  /** No document type and so no entities: the parser reads nothing but these bytes. */
  private static Element document(byte[] xml) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setNamespaceAware(true);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler()); // throws what is fatal, prints nothing
      return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
    } catch (SAXException e) {
      throw new InvalidImageException("The OVF descriptor is not readable: " + e.getMessage(), e);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e); // Java's own parser has all of these
    }
  }

  private static List<Element> below(Element envelope, String section, String name) {
    return children(envelope, section).stream().flatMap(s -> children(s, name).stream()).toList();
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && name.equals(element.getLocalName())) {
        found.add(element);
      }
    }
    return found;
  }

  /** An attribute of OVF's namespace, of whichever version, or without one; "" when absent. */
  private static String attribute(Element element, String name) {
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      Node attribute = element.getAttributes().item(i);
      if (name.equals(attribute.getLocalName())) {
        return attribute.getNodeValue();
      }
    }
    return "";
  }
}
