package io.holdfast.activities.replication.stream;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.holdfast.workflows.model.StreamCounts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.UUID;

/** Frames as bytes: a number for the kind, then the fields in order, big-endian. */
final class FrameMarshaller implements MethodDescriptor.Marshaller<Frame> {
  private static final int HEADER = 1;
  private static final int DATA = 2;
  private static final int ZERO = 3;
  private static final int SAME = 4;
  private static final int MARK = 5;
  private static final int END = 6;
  private static final int READY = 7;
  private static final int LEAVES = 8;
  private static final int HASH = 32;
  private static final byte[] NOTHING = {};

  @Override
  public InputStream stream(Frame frame) {
    try {
      ByteArrayOutputStream head = new ByteArrayOutputStream(128);
      byte[] body = write(frame, new DataOutputStream(head));
      return new Encoded(head.toByteArray(), body);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Bytes of a frame on the wire, the transport's own not counted. */
  static int length(Frame frame) {
    return frame instanceof Frame.Data data ? 64 + data.bytes().length : 32;
  }

  private static byte[] write(Frame frame, DataOutputStream out) throws IOException {
    if (frame instanceof Frame.Data data) {
      out.writeByte(DATA);
      range(out, data.offset(), data.length());
      out.writeByte(data.codec());
      out.write(data.hash());
      return data.bytes();
    } else if (frame instanceof Frame.Zero zero) {
      out.writeByte(ZERO);
      range(out, zero.offset(), zero.length());
    } else if (frame instanceof Frame.Same same) {
      out.writeByte(SAME);
      range(out, same.offset(), same.length());
    } else if (frame instanceof Frame.Mark mark) {
      out.writeByte(MARK);
      out.writeLong(mark.offset());
      counts(out, mark.counts());
    } else if (frame instanceof Frame.End end) {
      out.writeByte(END);
      counts(out, end.counts());
      out.writeUTF(end.root());
    } else if (frame instanceof Frame.Ready ready) {
      out.writeByte(READY);
      out.writeLong(ready.offset());
      counts(out, ready.counts());
      out.writeBoolean(ready.leaves());
    } else if (frame instanceof Frame.Leaves leaves) {
      out.writeByte(LEAVES);
      out.writeInt(leaves.first());
      return leaves.hashes();
    } else if (frame instanceof Frame.Header header) {
      out.writeByte(HEADER);
      out.writeUTF(header.token());
      out.writeUTF(header.replica());
      out.writeLong(header.view().getMostSignificantBits());
      out.writeLong(header.view().getLeastSignificantBits());
      out.writeLong(header.bytes());
      out.writeInt(header.leafBytes());
      out.writeUTF(header.baseRoot() == null ? "" : header.baseRoot());
      out.writeBoolean(header.resume());
      out.writeBoolean(header.leaves());
      out.writeLong(header.expected());
    }
    return NOTHING;
  }

  @Override
  public Frame parse(InputStream stream) {
    try {
      DataInputStream in = new DataInputStream(stream);
      int kind = in.readUnsignedByte();
      return switch (kind) {
        case HEADER -> header(in);
        case DATA -> {
          long offset = in.readLong();
          int length = Math.toIntExact(in.readLong());
          int codec = in.readUnsignedByte();
          yield new Frame.Data(offset, length, codec, in.readNBytes(HASH), rest(in));
        }
        case ZERO -> new Frame.Zero(in.readLong(), in.readLong());
        case SAME -> new Frame.Same(in.readLong(), in.readLong());
        case MARK -> new Frame.Mark(in.readLong(), counts(in));
        case END -> new Frame.End(counts(in), in.readUTF());
        case READY -> new Frame.Ready(in.readLong(), counts(in), in.readBoolean());
        case LEAVES -> new Frame.Leaves(in.readInt(), rest(in));
        default -> throw new IOException("no frame is of kind " + kind);
      };
    } catch (IOException | ArithmeticException garbled) {
      throw Status.INVALID_ARGUMENT
          .withDescription("A frame that cannot be read: " + garbled.getMessage())
          .withCause(garbled)
          .asRuntimeException();
    }
  }

  /** gRPC's streams know how long they are; readAllBytes would copy twice. */
  private static byte[] rest(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.available()];
    in.readFully(bytes);
    if (in.read() >= 0) {
      throw new IOException("it is longer than it said");
    }
    return bytes;
  }

  private static Frame header(DataInputStream in) throws IOException {
    String token = in.readUTF();
    String replica = in.readUTF();
    UUID view = new UUID(in.readLong(), in.readLong());
    long bytes = in.readLong();
    int leafBytes = in.readInt();
    String root = in.readUTF();
    return new Frame.Header(
        token,
        replica,
        view,
        bytes,
        leafBytes,
        root.isEmpty() ? null : root,
        in.readBoolean(),
        in.readBoolean(),
        in.readLong());
  }

  private static void range(DataOutputStream out, long offset, long length) throws IOException {
    out.writeLong(offset);
    out.writeLong(length);
  }

  private static void counts(DataOutputStream out, StreamCounts counts) throws IOException {
    out.writeLong(counts.logical());
    out.writeLong(counts.wire());
    out.writeLong(counts.zero());
    out.writeLong(counts.same());
  }

  private static StreamCounts counts(DataInputStream in) throws IOException {
    return new StreamCounts(in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }

  /** Head and body without a copy of the body; gRPC drains it into its own buffers. */
  private static final class Encoded extends InputStream implements Drainable, KnownLength {
    private final ByteArrayInputStream head;
    private final ByteArrayInputStream body;

    Encoded(byte[] head, byte[] body) {
      this.head = new ByteArrayInputStream(head);
      this.body = new ByteArrayInputStream(body);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      return (int) (head.transferTo(target) + body.transferTo(target));
    }

    @Override
    public int available() {
      return head.available() + body.available();
    }

    @Override
    public int read() {
      int one = head.read();
      return one >= 0 ? one : body.read();
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      int count = head.read(to, offset, length);
      return count >= 0 ? count : body.read(to, offset, length);
    }
  }
}
