package io.github.stepwire.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** A part of an archive without its payload. Members that a kind of part does not have are 0. */
record Part(
    Kind kind,
    long id,
    String name,
    long before,
    long documents,
    long size,
    long stored,
    int codec,
    int checksum,
    long index,
    long end) {

  /** The kinds of parts. */
  enum Kind {
    HEADER('A'),
    BLOCK('B'),
    INDEX('I'),
    TRAILER('T');

    private final byte mark;

    Kind(char mark) {
      this.mark = (byte) mark;
    }

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A part cannot be read. The place is that of the part. */
  static final class Problem extends Exception {
    private static final long serialVersionUID = 1;

    final ArchiveErrorCode code;

    Problem(ArchiveErrorCode code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }

  static final byte FIRST_MAGIC = (byte) 0x8A;
  static final int MAGIC_SIZE = 4;
  static final int BLOCK_SIZE = 44;
  static final int TRAILER_SIZE = 32;
  static final int ENTRY_SIZE = 16;
  static final int MOST_NAME = 1024;
  static final int NO_CODEC = 0;
  static final int ZSTD = 1;

  /** The size of a header with an empty name. */
  static final int LEAST_HEADER = 20;

  private static final byte[] MAGIC = {FIRST_MAGIC, 'S', 'W'};
  private static final int VERSION = 1;
  private static final int CRC_SIZE = 4;
  private static final int NAME_SIZE = 6;
  private static final int HEADER_ID = 8;
  private static final int NAME = 16;
  private static final int ID = 4;
  private static final int NUMBERS = 12;
  private static final long LARGEST_NUMBER = (1L << 53) - 1;

  static Part header(long id, String name) {
    return new Part(Kind.HEADER, id, name, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  static Part trailer(long id, long index, long end) {
    return new Part(Kind.TRAILER, id, "", 0, 0, 0, 0, 0, 0, index, end);
  }

  /** Returns the kind of the part at the start of a buffer; null if there is none. */
  static Kind kindOf(byte[] bytes, int from, int to) {
    if (to - from < MAGIC_SIZE || !isMagic(bytes, from, from + MAGIC.length)) {
      return null;
    }
    for (Kind kind : Kind.values()) {
      if (kind.mark == bytes[from + MAGIC.length]) {
        return kind;
      }
    }
    return null;
  }

  /** Returns whether a few bytes are the start of those of a header. */
  static boolean isHeaderStart(byte[] bytes, int from, int to) {
    int size = Math.min(to - from, MAGIC.length);
    return isMagic(bytes, from, from + size)
        && (to - from < MAGIC_SIZE || bytes[from + MAGIC.length] == Kind.HEADER.mark);
  }

  private static boolean isMagic(byte[] bytes, int from, int to) {
    for (int index = from; index < to; index++) {
      if (bytes[index] != MAGIC[index - from]) {
        return false;
      }
    }
    return true;
  }

  /** Returns the size of a part, as far as its bytes tell. */
  static int sizeOf(Kind kind, byte[] bytes, int from, int to) {
    return switch (kind) {
      case HEADER ->
          to - from < NAME_SIZE + Short.BYTES
              ? LEAST_HEADER
              : LEAST_HEADER + Short.toUnsignedInt(view(bytes).getShort(from + NAME_SIZE));
      case TRAILER -> TRAILER_SIZE;
      default -> BLOCK_SIZE;
    };
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int checksumOf(byte[] bytes, int from, int size) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, size);
    return (int) crc.getValue();
  }

  /** Reads the part at the start of a buffer. */
  static Part read(Kind kind, byte[] bytes, int from, int to) throws Problem {
    int size = sizeOf(kind, bytes, from, to);
    if (size > LEAST_HEADER + MOST_NAME) {
      throw new Problem(
          ArchiveErrorCode.MALFORMED, "the name of the type has more than " + MOST_NAME + " bytes");
    }
    if (size > to - from) {
      throw new Problem(
          ArchiveErrorCode.CUT_OFF,
          "the archive ends within a " + kind + ": " + (to - from) + " of " + size + " bytes");
    }
    ByteBuffer buffer = view(bytes);
    int checked = size - CRC_SIZE;
    if (checksumOf(bytes, from, checked) != buffer.getInt(from + checked)) {
      throw new Problem(ArchiveErrorCode.CHECKSUM, "the checksum of a " + kind + " is wrong");
    }
    return switch (kind) {
      case HEADER -> readHeader(buffer, from, checked);
      case TRAILER ->
          trailer(
              buffer.getLong(from + ID),
              number(kind, buffer, from + NUMBERS),
              number(kind, buffer, from + NUMBERS + Long.BYTES));
      default ->
          new Part(
              kind,
              buffer.getLong(from + ID),
              "",
              number(kind, buffer, from + NUMBERS),
              Integer.toUnsignedLong(buffer.getInt(from + 20)),
              Integer.toUnsignedLong(buffer.getInt(from + 24)),
              Integer.toUnsignedLong(buffer.getInt(from + 28)),
              buffer.getInt(from + 32),
              buffer.getInt(from + 36),
              0,
              0);
    };
  }

  private static Part readHeader(ByteBuffer buffer, int from, int checked) throws Problem {
    int version = Short.toUnsignedInt(buffer.getShort(from + MAGIC_SIZE));
    if (version > VERSION) {
      throw new Problem(
          ArchiveErrorCode.NEWER_VERSION,
          "version " + version + " of the format; this package reads version " + VERSION);
    }
    if (version != VERSION) {
      throw new Problem(ArchiveErrorCode.MALFORMED, "a header of version 0");
    }
    try {
      ByteBuffer name = buffer.slice(from + NAME, checked - NAME);
      String text = StandardCharsets.UTF_8.newDecoder().decode(name).toString();
      return header(buffer.getLong(from + HEADER_ID), text);
    } catch (CharacterCodingException exception) {
      throw new Problem(ArchiveErrorCode.MALFORMED, "the name of the type is not UTF-8");
    }
  }

  private static long number(Kind kind, ByteBuffer buffer, int at) throws Problem {
    long number = buffer.getLong(at);
    if (number < 0 || number > LARGEST_NUMBER) {
      throw new Problem(ArchiveErrorCode.MALFORMED, "a " + kind + " with a number above 2^53 - 1");
    }
    return number;
  }

  /** Returns the bytes of the part. */
  byte[] toBytes() {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    int size =
        switch (kind) {
          case HEADER -> LEAST_HEADER + text.length;
          case TRAILER -> TRAILER_SIZE;
          default -> BLOCK_SIZE;
        };
    byte[] bytes = new byte[size];
    ByteBuffer buffer = view(bytes);
    buffer.put(MAGIC).put(kind.mark);
    if (kind == Kind.HEADER) {
      buffer.putShort((short) VERSION).putShort((short) text.length);
    }
    buffer.putLong(id);
    switch (kind) {
      case HEADER -> buffer.put(text);
      case TRAILER -> buffer.putLong(index).putLong(end);
      default -> {
        buffer.putLong(before).putInt((int) documents).putInt((int) size()).putInt((int) stored);
        buffer.putInt(codec).putInt(checksum);
      }
    }
    buffer.putInt(checksumOf(bytes, 0, size - CRC_SIZE));
    return bytes;
  }
}
