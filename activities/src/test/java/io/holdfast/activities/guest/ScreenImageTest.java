package io.holdfast.activities.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What QEMU says of a screen becomes a picture that anybody can look at. */
class ScreenImageTest {
  private static final int ENOUGH = 1 << 20;
  private static final int RGB = 0xffffff;

  @Test
  void aPixmapBecomesAPngOfTheSamePixels() throws IOException {
    byte[] pixels = {
      (byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255, 1, 2, 3, 4, 5, 6, 7, 8, 9
    };
    BufferedImage image = shown(ScreenImage.png(pixmap("P6\n3 2\n255\n", pixels), ENOUGH));
    assertThat(image.getWidth()).isEqualTo(3);
    assertThat(image.getHeight()).isEqualTo(2);
    assertThat(image.getRGB(0, 0) & RGB).isEqualTo(0xff0000);
    assertThat(image.getRGB(2, 0) & RGB).isEqualTo(0x0000ff);
    assertThat(image.getRGB(2, 1) & RGB).isEqualTo(0x070809);
  }

  @Test
  void oneThatHasTooManyBytesIsMadeSmaller() throws IOException {
    byte[] noise = new byte[400 * 300 * 3];
    new Random(1).nextBytes(noise);
    byte[] png = ScreenImage.png(pixmap("P6 400 300 255 ", noise), 64 << 10);
    assertThat(png).hasSizeLessThanOrEqualTo(64 << 10);
    assertThat(shown(png).getWidth()).isIn(200, 100);
  }

  @Test
  void whatTheJdkReadsIsTakenAsItIs() throws IOException {
    byte[] png = ScreenImage.png(pixmap("P6\n1 1\n255\n", new byte[] {1, 2, 3}), ENOUGH);
    assertThat(shown(ScreenImage.png(png, ENOUGH)).getRGB(0, 0) & RGB).isEqualTo(0x010203);
  }

  @Test
  void whatIsNoScreenIsRefused() {
    assertRefused(pixmap("P6\n2 2\n255\n", new byte[11]), "ended before its last pixel");
    assertRefused(pixmap("P6\n0 2\n255\n", new byte[12]), "0 x 2 pixels");
    assertRefused(pixmap("P6\n2 2\n65535\n", new byte[24]), "is not known here");
    assertRefused(pixmap("P6\n99999999 2\n255\n", new byte[24]), "pixels");
    assertRefused(pixmap("P6\nwide", new byte[0]), "none of a portable pixmap");
    assertRefused(pixmap("hello", new byte[0]), "format that is not known");
    assertRefused(new byte[0], "format that is not known");
  }

  private static void assertRefused(byte[] screen, String words) {
    assertThatThrownBy(() -> ScreenImage.png(screen, ENOUGH))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(words);
  }

  private static byte[] pixmap(String head, byte[] pixels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(pixels);
    return bytes.toByteArray();
  }

  private static BufferedImage shown(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
