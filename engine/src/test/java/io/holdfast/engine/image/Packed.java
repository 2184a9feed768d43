package io.holdfast.engine.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/** Contents as people send them, made by the tools that people make them with. */
public final class Packed {
  /** Commons Compress's names of the four compressions. */
  public static final List<String> CODECS = List.of("gz", "xz", "zstd", "bzip2");

  private static final int ONE_STREAM = 64 << 20;

  private Packed() {}

  /** An entry of a tar; one without content is what its type says. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Entry(String name, byte[] content, char type) {
    public static Entry file(String name, byte[] content) {
      return new Entry(name, content, '0');
    }

    public static Entry text(String name, String content) {
      return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public static Entry of(String name, char type) {
      return new Entry(name, new byte[0], type);
    }
  }

  /** A disk of so many bytes, empty but for something at its begin and its end. */
  public static byte[] disk(int bytes) {
    byte[] disk = new byte[bytes];
    byte[] some = new byte[4000];
    new Random(bytes).nextBytes(some);
    some[0] = 0;
    System.arraycopy(some, 0, disk, 0, some.length);
    System.arraycopy(some, 0, disk, bytes - some.length, some.length);
    return disk;
  }

  public static byte[] compressed(String codec, byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = codec(codec, packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return packed.toByteArray();
  }

  /** Ten GiB of zeros, as 160 streams in a row: each decompressor takes them for one. */
  public static InputStream bomb(String codec) {
    byte[] stream = compressed(codec, new byte[ONE_STREAM]);
    List<ByteArrayInputStream> streams =
        Collections.nCopies(160, stream).stream().map(ByteArrayInputStream::new).toList();
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  public static byte[] tar(Entry... entries) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(packed)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      for (Entry entry : entries) {
        TarArchiveEntry header = new TarArchiveEntry(entry.name(), (byte) entry.type(), true);
        header.setSize(entry.content().length);
        if (entry.type() == '1' || entry.type() == '2') {
          header.setLinkName("/etc/passwd");
        }
        tar.putArchiveEntry(header);
        tar.write(entry.content());
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return packed.toByteArray();
  }

  /** An OVF descriptor with these elements in its References and its DiskSection. */
  public static Entry ovf(String files, String disks) {
    return Entry.text(
        "vm.ovf",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"
                  xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
          <References>%s</References>
          <DiskSection><Info>Disks</Info>%s</DiskSection>
        </Envelope>
        """
            .formatted(files, disks));
  }

  /** The descriptor of one disk in this file. */
  public static Entry ovf(String file) {
    return ovf(
        "<File ovf:id=\"file1\" ovf:href=\"%s\"/>".formatted(file),
        "<Disk ovf:diskId=\"vmdisk1\" ovf:fileRef=\"file1\" ovf:capacity=\"8388608\"/>");
  }

  /** What {@code qemu-img} makes of a raw disk. */
  public static byte[] converted(byte[] raw, String format, String... options) {
    try {
      Path folder = Files.createTempDirectory("packed");
      Path from = Files.write(folder.resolve("disk.raw"), raw);
      Path to = folder.resolve("disk." + format);
      List<String> command =
          new java.util.ArrayList<>(List.of("qemu-img", "convert", "-f", "raw", "-O", format));
      command.addAll(List.of(options));
      command.addAll(List.of(from.toString(), to.toString()));
      run(command);
      byte[] made = Files.readAllBytes(to);
      for (Path file : List.of(from, to)) {
        Files.delete(file);
      }
      try (var others = Files.list(folder)) {
        for (Path other : others.toList()) {
          Files.delete(other);
        }
      }
      Files.delete(folder);
      return made;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a program printed; it must end well. */
  public static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + ": " + output);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return output.strip();
  }

  private static OutputStream codec(String name, OutputStream packed) throws IOException {
    try {
      return new CompressorStreamFactory().createCompressorOutputStream(name, packed);
    } catch (CompressorException e) {
      throw new IOException(e);
    }
  }
}
