package io.holdfast.engine.image;

import io.holdfast.engine.outside.OutsideAddress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/**
 * Opens the address that an image is imported from. Every address on the way, redirects included,
 * must begin with a prefix that the operator allowed. {@code HttpURLConnection}, since it alone
 * bounds each single read.
 */
final class SourceConnection {
  private static final int MOST_REDIRECTS = 5;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int READ_MILLIS = 30_000;

  private final List<String> prefixes;

  SourceConnection(List<String> prefixes) {
    this.prefixes = prefixes;
  }

  /** The content; a stream that ends early throws. The message of an exception is for people. */
  InputStream open(String address) throws IOException {
    String next = address;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      requireAllowed(next);
      HttpURLConnection connection = connect(next);
      int status = connection.getResponseCode();
      String location = connection.getHeaderField("Location");
      if (status == HttpURLConnection.HTTP_OK) {
        return new Whole(connection.getInputStream(), connection.getContentLengthLong());
      }
      connection.disconnect();
      if (status / 100 != 3 || location == null) {
        throw new IOException(shown(next) + " answers " + status);
      }
      next = target(next, location);
    }
    throw new IOException(shown(address) + " redirects too often");
  }

  private static String target(String address, String location) throws IOException {
    try {
      return new URI(address).resolve(new URI(location)).toString();
    } catch (URISyntaxException wrong) { // whose message has all of it
      throw new IOException(shown(address) + " redirects to " + shown(location) + ", no address");
    }
  }

  private void requireAllowed(String address) throws IOException {
    if (!new OutsideAddress(address).isAmong(prefixes)) {
      throw new IOException(shown(address) + " is not an address that images may be imported from");
    }
  }

  private static String shown(String address) {
    return new OutsideAddress(address).shown();
  }

  private static HttpURLConnection connect(String address) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    return connection;
  }

  /** Ends only when as many bytes came as were announced. */
  private static final class Whole extends FilterInputStream {
    private final long announced;
    private long read;

    Whole(InputStream content, long announced) {
      super(content);
      this.announced = announced;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, length);
      if (count > 0) {
        read += count;
      } else if (count < 0 && announced >= 0 && read < announced) {
        throw new IOException("The source ended after " + read + " of " + announced + " bytes");
      }
      return count;
    }
  }
}
