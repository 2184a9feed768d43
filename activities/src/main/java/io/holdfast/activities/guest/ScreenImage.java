package io.holdfast.activities.guest;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A screen as a PNG that fits into a report. QEMU gives a portable pixmap (PPM), which the JDK does
 * not read: a header of three numbers, then red, green and blue of each pixel.
 */
final class ScreenImage {
  private static final byte[] PPM = {'P', '6'};
  private static final int SAMPLES = 3;
  private static final int MOST_SIDE = 8_192;
  private static final int ALL_OF_IT = 255;

  private ScreenImage() {}

  /**
   * The picture; of half the size, or of a quarter, while it has more bytes than that.
   *
   * @param screen as a hypervisor gives it: PPM, or what the JDK reads
   */
  static byte[] png(byte[] screen, int atMost) throws IOException {
    BufferedImage image = read(screen);
    byte[] png = encoded(image);
    while (png.length > atMost && image.getWidth() > 1 && image.getHeight() > 1) {
      image = half(image);
      png = encoded(image);
    }
    return png;
  }

  private static BufferedImage read(byte[] screen) throws IOException {
    if (Arrays.equals(PPM, Arrays.copyOf(screen, PPM.length))) {
      return new Pixmap(screen).read();
    }
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(screen));
    if (image == null) {
      throw new IOException("The screen comes in a format that is not known here");
    }
    return image;
  }

  private static byte[] encoded(BufferedImage image) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
      ImageIO.write(image, "png", stream);
    }
    return png.toByteArray();
  }

  private static BufferedImage half(BufferedImage image) {
    int width = image.getWidth() / 2;
    int height = image.getHeight() / 2;
    BufferedImage smaller = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = smaller.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return smaller;
  }

  /** Reads it from its begin to its end. */
  private static final class Pixmap {
    private final byte[] bytes;
    private int at = PPM.length;

    Pixmap(byte[] bytes) {
      this.bytes = bytes;
    }

    BufferedImage read() throws IOException {
      int width = number();
      int height = number();
      int most = number();
      at++; // one white space ends the header
      if (width < 1 || height < 1 || width > MOST_SIDE || height > MOST_SIDE || most != ALL_OF_IT) {
        throw new IOException(
            "A screen of %d x %d pixels of %d is not known here".formatted(width, height, most));
      }
      if (bytes.length - at < width * height * SAMPLES) {
        throw new IOException("The screen ended before its last pixel");
      }
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          image.setRGB(x, y, sample() << 16 | sample() << 8 | sample());
        }
      }
      return image;
    }

    private int sample() {
      return bytes[at++] & ALL_OF_IT;
    }

    private int number() throws IOException {
      while (at < bytes.length && bytes[at] <= ' ') {
        at++;
      }
      int begin = at;
      int number = 0;
      while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && number <= MOST_SIDE) {
        number = number * 10 + bytes[at++] - '0';
      }
      if (at == begin) {
        throw new IOException("The head of the screen is none of a portable pixmap");
      }
      return number;
    }
  }
}
