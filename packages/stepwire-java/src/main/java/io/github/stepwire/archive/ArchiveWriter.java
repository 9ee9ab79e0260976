package io.github.stepwire.archive;

import com.google.protobuf.Message;
import io.github.stepwire.archive.Part.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Writes an archive. It is for one thread at a time. {@link #close} ends the archive, and closes
 * the target.
 */
public final class ArchiveWriter implements AutoCloseable {
  private final OutputStream target;
  private final String type;
  private final boolean zstd;
  private final int blockBytes;
  private final long id;

  /** The documents of the next block, each after its size. */
  private final ByteArrayOutputStream documents = new ByteArrayOutputStream();

  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private long count;
  private long before;
  private long size;
  private boolean closed;

  private ArchiveWriter(OutputStream target, Builder builder) {
    this.target = target;
    type = builder.type;
    zstd = builder.zstd;
    blockBytes = builder.blockBytes;
    id = builder.id == null ? new SecureRandom().nextLong() : builder.id;
  }

  /**
   * Begins a writer.
   *
   * @param type the full name of the message type of all documents, such as {@code acme.v1.Thing};
   *     it may be empty
   */
  public static Builder builder(String type) {
    return new Builder(type);
  }

  /** The options of a writer. */
  public static final class Builder {
    private static final int LARGEST_BLOCK = 64 << 20;

    private final String type;
    private boolean zstd;
    private int blockBytes = 1 << 20;
    private Long id;

    private Builder(String type) {
      if (type.getBytes(StandardCharsets.UTF_8).length > Part.MOST_NAME) {
        throw new IllegalArgumentException(
            "the name of the type has more than " + Part.MOST_NAME + " bytes");
      }
      this.type = type;
    }

    /** Compresses blocks with zstd. The program needs {@code com.github.luben:zstd-jni}. */
    public Builder zstd() {
      zstd = true;
      return this;
    }

    /**
     * The size at which a block ends, before it is compressed: 1 byte to 64 MiB; 1 MiB by default.
     */
    public Builder blockBytes(int bytes) {
      if (bytes < 1 || bytes > LARGEST_BLOCK) {
        throw new IllegalArgumentException(
            "blockBytes is from 1 to " + LARGEST_BLOCK + ", not " + bytes);
      }
      blockBytes = bytes;
      return this;
    }

    /** Sets the identifier, which is random otherwise. For tests. */
    Builder id(long id) {
      this.id = id;
      return this;
    }

    /** Returns the writer. The header is written with the first block. */
    public ArchiveWriter open(OutputStream target) {
      if (zstd && !Zstd.isPresent()) {
        throw new IllegalStateException("zstd needs com.github.luben:zstd-jni in the program");
      }
      return new ArchiveWriter(target, this);
    }
  }

  /** Adds a binary message. It writes the block if it is full. */
  public void write(byte[] message) throws IOException {
    checkOpen();
    int rest = message.length;
    while (rest > 0x7F) {
      documents.write(rest | 0x80);
      rest >>>= 7;
    }
    documents.write(rest);
    documents.write(message, 0, message.length);
    added(1);
  }

  /**
   * Adds a message.
   *
   * @throws IllegalArgumentException if it is not of the archive's type
   */
  public void write(Message message) throws IOException {
    String name = message.getDescriptorForType().getFullName();
    if (!type.isEmpty() && !name.equals(type)) {
      throw new IllegalArgumentException(
          "an archive of " + type + " was given a message of type " + name);
    }
    write(message.toByteArray());
  }

  /**
   * Adds messages that each follow their size, such as those that {@code Transcoder.packLines}
   * returns.
   *
   * @throws ArchiveException if they are malformed or cut off; then none is added
   */
  public void writeDelimited(byte[] messages) throws IOException {
    checkOpen();
    Documents all = Documents.find(messages, 0, messages.length, Integer.MAX_VALUE, true);
    if (all.code() != null) {
      throw new ArchiveException(all.code(), all.size(), all.count() + 1, all.message());
    }
    int at = 0;
    while (at < messages.length) {
      int from = Documents.endOfSize(messages, at, messages.length);
      int end = from + (int) Documents.sizeAt(messages, at, from);
      documents.write(messages, at, end - at);
      at = end;
      added(1);
    }
  }

  private void added(int more) throws IOException {
    count += more;
    if (documents.size() >= blockBytes) {
      flush();
    }
  }

  /** Ends the block, so that all documents so far can be read. */
  public void flush() throws IOException {
    checkOpen();
    if (count > 0) {
      begin();
      writeBlock();
    }
    target.flush();
  }

  private void begin() throws IOException {
    if (size == 0) {
      send(Part.header(id, type).toBytes());
    }
  }

  private void writeBlock() throws IOException {
    byte[] content = documents.toByteArray();
    byte[] payload = zstd ? Zstd.compress(content) : content;
    entries.writeBytes(
        ByteBuffer.allocate(Part.ENTRY_SIZE)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(size)
            .putLong(before)
            .array());
    send(describe(Kind.BLOCK, count, content.length, payload, zstd ? Part.ZSTD : Part.NO_CODEC));
    send(payload);
    before += count;
    count = 0;
    documents.reset();
  }

  private byte[] describe(Kind kind, long number, int full, byte[] payload, int codec) {
    int checksum = Part.checksumOf(payload, 0, payload.length);
    return new Part(kind, id, "", before, number, full, payload.length, codec, checksum, 0, 0)
        .toBytes();
  }

  private void send(byte[] bytes) throws IOException {
    target.write(bytes);
    size += bytes.length;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the archive has ended");
    }
  }

  /** Ends the archive, and closes the target. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    try (OutputStream closing = target) {
      begin();
      if (count > 0) {
        writeBlock();
      }
      long index = size;
      byte[] payload = entries.toByteArray();
      int blocks = payload.length / Part.ENTRY_SIZE;
      send(describe(Kind.INDEX, blocks, payload.length, payload, Part.NO_CODEC));
      send(payload);
      send(Part.trailer(id, index, size + Part.TRAILER_SIZE).toBytes());
      closing.flush();
    } finally {
      closed = true;
    }
  }
}
