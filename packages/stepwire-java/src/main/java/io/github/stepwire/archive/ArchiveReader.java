package io.github.stepwire.archive;

import io.github.stepwire.archive.Part.Kind;
import io.github.stepwire.archive.Part.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads archives, or size-delimited messages, from start to end. The first bytes tell which of both
 * the input is. It is for one thread at a time, and can be iterated over once.
 *
 * <p>If the archive is damaged, an {@link ArchiveException} is thrown after the documents before
 * the damage, unless {@link Builder#onDamage} was called.
 */
public final class ArchiveReader implements Iterable<ArchiveDocument>, AutoCloseable {
  private static final Set<Kind> HEADER = Set.of(Kind.HEADER);
  private static final Set<Kind> CONTENT = Set.of(Kind.BLOCK, Kind.INDEX);
  private static final Set<Kind> TRAILER = Set.of(Kind.TRAILER);

  private final ArchiveInput input;
  private final int maxBytes;
  private final int maxBlockBytes;
  private final Consumer<Damage> damaged;

  /** Null until the first bytes were read. */
  private Boolean isDelimited;

  /** The kinds of parts that may be next. */
  private Set<Kind> next = HEADER;

  /** That of the current archive. It may be known without the header. */
  private Long id;

  private boolean hasHeader;
  private String name = "";

  /** Where the current archive starts, and its index. */
  private long start;

  private long index;

  /** How many documents there are in the archives before. */
  private long base;

  /** How many documents and blocks of the current archive were read. */
  private long document;

  private long blocks;

  /** Parts of the current archive were skipped. */
  private boolean hasGap;

  /** The block or index that is being read, if its description is right. */
  private Part current;

  /** The error after the last block. */
  private ArchiveException pending;

  private ArchiveReader(InputStream source, Builder builder) {
    input = new ArchiveInput(source);
    maxBytes = builder.maxBytes;
    maxBlockBytes = builder.maxBlockBytes;
    damaged = builder.damaged;
  }

  /** Returns a reader with the default limits. */
  public static ArchiveReader open(InputStream source) {
    return builder().open(source);
  }

  /** Begins a reader with other options. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a reader. */
  public static final class Builder {
    private int maxBytes = 64 << 20;
    private int maxBlockBytes = 128 << 20;
    private Consumer<Damage> damaged;

    private Builder() {}

    /** How many bytes a document may have; 64 MiB by default. */
    public Builder maxBytes(int bytes) {
      maxBytes = checked("maxBytes", bytes);
      return this;
    }

    /**
     * How many bytes a block may have, also after it is expanded, and the index; 128 MiB by
     * default.
     */
    public Builder maxBlockBytes(int bytes) {
      maxBlockBytes = checked("maxBlockBytes", bytes);
      return this;
    }

    private static int checked(String name, int bytes) {
      if (bytes < 1 || bytes > 1 << 30) {
        throw new IllegalArgumentException(name + " is from 1 to 2^30, not " + bytes);
      }
      return bytes;
    }

    /**
     * Skips damaged parts, and gives them to a consumer. Damaged size-delimited messages always end
     * reading, because nothing tells where the next one starts, and so do {@code NEWER_VERSION} and
     * {@code UNKNOWN_CODEC}.
     */
    public Builder onDamage(Consumer<Damage> consumer) {
      damaged = consumer;
      return this;
    }

    /** Returns the reader. Closing it closes the source. */
    public ArchiveReader open(InputStream source) {
      return new ArchiveReader(source, this);
    }
  }

  /**
   * Returns the documents one by one. Reading throws an {@link UncheckedIOException} if it fails.
   */
  @Override
  public Iterator<ArchiveDocument> iterator() {
    return new Iterator<>() {
      private ArchiveBlock block = new ArchiveBlock(new byte[0], 0, 0, "", 0);
      private long number;
      private int at;

      @Override
      public boolean hasNext() {
        try {
          while (block != null && at == block.bytes().length) {
            block = nextBlock();
            at = 0;
            number = block == null ? 0 : block.first();
          }
          return block != null;
        } catch (IOException exception) {
          throw new UncheckedIOException(exception);
        }
      }

      @Override
      public ArchiveDocument next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        byte[] bytes = block.bytes();
        int from = Documents.endOfSize(bytes, at, bytes.length);
        int to = from + (int) Documents.sizeAt(bytes, at, from);
        at = to;
        return new ArchiveDocument(number++, Arrays.copyOfRange(bytes, from, to), block.type());
      }
    };
  }

  /** Returns the documents as a stream. Closing it closes the source. */
  public Stream<ArchiveDocument> stream() {
    return StreamSupport.stream(spliterator(), false)
        .onClose(
            () -> {
              try {
                close();
              } catch (IOException exception) {
                throw new UncheckedIOException(exception);
              }
            });
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  /**
   * Returns the next documents, many at a time; null at the end. Of size-delimited messages, these
   * are those that have arrived; archives define their own blocks.
   */
  public ArchiveBlock nextBlock() throws IOException {
    if (isDelimited == null) {
      input.need(Part.MAGIC_SIZE);
      isDelimited =
          input.unused() == 0 || !Part.isHeaderStart(input.buffer, input.start, input.filled);
    }
    if (isDelimited) {
      return nextDelimited();
    }
    for (; ; ) {
      try {
        return nextOfArchive();
      } catch (ArchiveException reason) {
        boolean canSkip =
            reason.code() != ArchiveErrorCode.NEWER_VERSION
                && reason.code() != ArchiveErrorCode.UNKNOWN_CODEC;
        if (damaged == null || !canSkip) {
          throw reason;
        }
        damaged.accept(skip(reason));
      }
    }
  }

  private ArchiveBlock nextDelimited() throws IOException {
    for (; ; ) {
      Documents found =
          Documents.find(input.buffer, input.start, input.filled, maxBytes, input.ended);
      if (found.size() > 0) {
        return take(found.count(), 0, found.size(), found.size());
      }
      if (found.code() != null) {
        throw fail(found.code(), found.message());
      }
      if (input.ended) {
        return null;
      }
      input.read();
    }
  }

  private ArchiveBlock nextOfArchive() throws IOException {
    if (pending != null) {
      throw pending;
    }
    for (; ; ) {
      current = null;
      Part part = nextPart();
      if (part == null) {
        return null;
      }
      switch (part.kind()) {
        case HEADER -> begin(part);
        case BLOCK -> {
          current = part;
          return readBlock(part);
        }
        case INDEX -> {
          current = part;
          readIndex(part);
        }
        case TRAILER -> end(part);
      }
    }
  }

  private Part nextPart() throws IOException {
    input.need(Part.MAGIC_SIZE);
    if (input.unused() == 0 && next == HEADER) {
      return null;
    }
    Kind kind = Part.kindOf(input.buffer, input.start, input.filled);
    if (kind == null || !next.contains(kind)) {
      boolean isCut =
          input.unused() < Part.MAGIC_SIZE
              && (input.offset > 0 || Part.isHeaderStart(input.buffer, input.start, input.filled));
      throw isCut
          ? fail(ArchiveErrorCode.CUT_OFF, "the archive ends before " + expected())
          : fail(ArchiveErrorCode.MALFORMED, "expected " + expected() + ", found other bytes");
    }
    needPart(kind, 0);
    Part part;
    try {
      part = Part.read(kind, input.buffer, input.start, input.filled);
    } catch (Problem problem) {
      throw fail(problem.code, problem.getMessage());
    }
    if (kind == Kind.HEADER) {
      return part;
    }
    if (id != null && part.id() != id) {
      throw fail(ArchiveErrorCode.MALFORMED, "a " + kind + " of another archive");
    }
    if (kind != Kind.TRAILER && part.before() != document) {
      throw fail(
          ArchiveErrorCode.MALFORMED,
          "expected a "
              + kind
              + " after "
              + document
              + " documents, found one after "
              + part.before());
    }
    return part;
  }

  private String expected() {
    return next == HEADER ? "a header" : next == CONTENT ? "a block or index" : "a trailer";
  }

  /** Reads all bytes of the part after some unused bytes, without its payload. */
  private void needPart(Kind kind, int after) throws IOException {
    // The size of a header is in its first bytes.
    input.need((long) after + Part.LEAST_HEADER);
    int size = Part.sizeOf(kind, input.buffer, input.start + after, input.filled);
    input.need((long) after + size);
  }

  private void begin(Part part) {
    int size = Part.sizeOf(Kind.HEADER, input.buffer, input.start, input.filled);
    finishArchive();
    start = input.offset;
    id = part.id();
    name = part.name();
    hasHeader = true;
    next = CONTENT;
    input.drop(size);
  }

  private void finishArchive() {
    base += document;
    document = 0;
    blocks = 0;
    hasGap = false;
    hasHeader = false;
    id = null;
    name = "";
    next = HEADER;
  }

  private ArchiveBlock readBlock(Part part) throws IOException {
    if (part.documents() == 0 || part.size() < part.documents()) {
      throw fail(
          ArchiveErrorCode.MALFORMED,
          "a block of " + part.documents() + " documents and " + part.size() + " bytes");
    }
    checkSizes(part);
    if (part.codec() == Part.NO_CODEC && part.size() != part.stored()) {
      throw fail(
          ArchiveErrorCode.MALFORMED,
          "a block of " + part.size() + " bytes with a payload of " + part.stored());
    }
    if (part.codec() != Part.NO_CODEC && part.codec() != Part.ZSTD) {
      throw fail(
          ArchiveErrorCode.UNKNOWN_CODEC, "a block is compressed with codec " + part.codec());
    }
    if (part.codec() == Part.ZSTD && !Zstd.isPresent()) {
      throw fail(
          ArchiveErrorCode.UNKNOWN_CODEC,
          "a block is compressed with zstd; add com.github.luben:zstd-jni to the program");
    }
    int size = Part.BLOCK_SIZE + (int) part.stored();
    input.need(size);
    if (input.unused() < size) {
      return salvage(part);
    }
    int payload = input.start + Part.BLOCK_SIZE;
    if (Part.checksumOf(input.buffer, payload, (int) part.stored()) != part.checksum()) {
      throw fail(ArchiveErrorCode.CHECKSUM, "the checksum of " + describe(part) + " is wrong");
    }
    byte[] documents =
        part.codec() == Part.ZSTD
            ? expand(part, payload)
            : Arrays.copyOfRange(input.buffer, payload, payload + (int) part.stored());
    Documents found = Documents.find(documents, 0, documents.length, maxBytes, true);
    if (found.code() == ArchiveErrorCode.TOO_LARGE) {
      throw fail(found.code(), found.message());
    }
    if (found.count() != part.documents() || found.size() != part.size()) {
      throw fail(ArchiveErrorCode.MALFORMED, describe(part) + " has other documents than it says");
    }
    ArchiveBlock block =
        new ArchiveBlock(documents, nextNumber(), part.documents(), name, input.offset);
    document += part.documents();
    blocks++;
    input.drop(size);
    return block;
  }

  private byte[] expand(Part part, int payload) {
    try {
      byte[] documents = Zstd.expand(input.buffer, payload, (int) part.stored(), (int) part.size());
      if (documents.length == part.size()) {
        return documents;
      }
    } catch (IOException exception) {
      // The same as a wrong size.
    }
    throw fail(ArchiveErrorCode.MALFORMED, "the zstd data of " + describe(part) + " is malformed");
  }

  /** Returns documents of the input, from an offset, and removes so many bytes. */
  private ArchiveBlock take(long count, int from, int size, int removed) {
    int first = input.start + from;
    byte[] documents = Arrays.copyOfRange(input.buffer, first, first + size);
    ArchiveBlock block = new ArchiveBlock(documents, nextNumber(), count, name, input.offset);
    document += count;
    input.drop(removed);
    return block;
  }

  /** Returns the complete documents of a block that is cut off. */
  private ArchiveBlock salvage(Part part) {
    String message =
        "the archive ends within "
            + describe(part)
            + ": "
            + input.unused()
            + " of "
            + (Part.BLOCK_SIZE + part.stored())
            + " bytes";
    int from = input.start + Part.BLOCK_SIZE;
    // Another archive may follow that is shorter than what is missing.
    int to = findPartIn(input.buffer, from, input.filled);
    Documents found = Documents.find(input.buffer, from, to, maxBytes, false);
    if (part.codec() != Part.NO_CODEC || found.count() == 0 || found.count() >= part.documents()) {
      throw fail(ArchiveErrorCode.CUT_OFF, message);
    }
    ArchiveBlock block = take(found.count(), Part.BLOCK_SIZE, found.size(), 0);
    pending = fail(ArchiveErrorCode.CUT_OFF, message);
    return block;
  }

  private static int findPartIn(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      Kind kind = bytes[at] == Part.FIRST_MAGIC ? Part.kindOf(bytes, at, to) : null;
      if (kind != null) {
        try {
          Part.read(kind, bytes, at, to);
          return at;
        } catch (Problem problem) {
          // It only looks like a part.
        }
      }
    }
    return to;
  }

  private void checkSizes(Part part) {
    long larger = Math.max(part.size(), part.stored());
    if (larger > maxBlockBytes) {
      throw fail(
          ArchiveErrorCode.TOO_LARGE,
          "a " + part.kind() + " of " + larger + " bytes, which is more than " + maxBlockBytes);
    }
  }

  private void readIndex(Part part) throws IOException {
    boolean isWrong =
        part.size() != part.stored()
            || part.size() != part.documents() * Part.ENTRY_SIZE
            || part.codec() != Part.NO_CODEC;
    if (isWrong || part.documents() != blocks && !hasGap) {
      throw fail(
          ArchiveErrorCode.MALFORMED,
          "an index of " + part.documents() + " blocks after " + blocks);
    }
    checkSizes(part);
    int size = Part.BLOCK_SIZE + (int) part.stored();
    input.need(size);
    if (input.unused() < size) {
      throw fail(ArchiveErrorCode.CUT_OFF, "the archive ends within its index");
    }
    int payload = input.start + Part.BLOCK_SIZE;
    if (Part.checksumOf(input.buffer, payload, (int) part.stored()) != part.checksum()) {
      throw fail(ArchiveErrorCode.CHECKSUM, "the checksum of the index is wrong");
    }
    index = input.offset - start;
    input.drop(size);
    next = TRAILER;
  }

  private void end(Part part) {
    long size = input.offset - start + Part.TRAILER_SIZE;
    if (!hasGap && (part.index() != index || part.end() != size)) {
      throw fail(ArchiveErrorCode.MALFORMED, "a trailer of an archive of another size");
    }
    finishArchive();
    input.drop(Part.TRAILER_SIZE);
  }

  private String describe(Part part) {
    long first = nextNumber();
    return "a block with the documents " + first + " to " + (first + part.documents() - 1);
  }

  private long nextNumber() {
    return base + document + 1;
  }

  private ArchiveException fail(ArchiveErrorCode code, String message) {
    return new ArchiveException(code, input.offset, nextNumber(), message);
  }

  /** Skips the damaged part: to the next one, or to the end of the input. */
  private Damage skip(ArchiveException reason) throws IOException {
    pending = null;
    long from = input.offset;
    long first = nextNumber();
    // The documents are complete once the index was read.
    long last = next == TRAILER ? first - 1 : -1;
    Part part = partAfterPayload(from);
    if (part == null) {
      part = findPart(from);
    }
    long to = input.offset;
    hasGap = true;
    if (part == null) {
      finishArchive();
      return new Damage(reason, from, to, first, last);
    }
    if (id == null) {
      id = part.id();
    }
    switch (part.kind()) {
      case HEADER -> next = HEADER;
      case TRAILER -> {
        next = TRAILER;
        if (hasHeader && part.index() == from - start) {
          // The damaged part is the index.
          last = first - 1;
        }
      }
      default -> {
        next = CONTENT;
        document = part.before();
        last = nextNumber() - 1;
      }
    }
    return new Damage(reason, from, to, first, last);
  }

  /**
   * Moves the input to the part after a damaged block or index whose description is right. Its
   * payload may have a document that is an archive itself, so it is not searched if that is not
   * necessary.
   */
  private Part partAfterPayload(long from) throws IOException {
    if (current == null) {
      return null;
    }
    long size = Part.BLOCK_SIZE + current.stored();
    if (current.stored() > maxBlockBytes) {
      // It is not kept in memory, so it cannot be searched later.
      input.skip(size);
      size = 0;
    }
    Part part = partAt((int) size);
    if (part == null || part.kind() == Kind.HEADER || !follows(part, from - 1)) {
      return null;
    }
    input.drop((int) size);
    return part;
  }

  /** Returns the part after some unused bytes; null if there is none. */
  private Part partAt(int after) throws IOException {
    input.need((long) after + Part.MAGIC_SIZE);
    Kind kind = Part.kindOf(input.buffer, input.start + after, input.filled);
    if (kind == null) {
      return null;
    }
    needPart(kind, after);
    try {
      return Part.read(kind, input.buffer, input.start + after, input.filled);
    } catch (Problem problem) {
      // It only looks like a part.
      return null;
    }
  }

  /** Moves the input to the next part that may follow damage at an offset. */
  private Part findPart(long from) throws IOException {
    for (; ; ) {
      int at = input.start;
      while (at < input.filled && input.buffer[at] != Part.FIRST_MAGIC) {
        at++;
      }
      input.drop(at - input.start);
      Part part = partAt(0);
      if (input.unused() == 0) {
        return null;
      }
      if (part != null && follows(part, from)) {
        return part;
      }
      if (input.buffer[input.start] == Part.FIRST_MAGIC) {
        input.drop(1);
      }
    }
  }

  /** Returns whether reading may continue with a part, after damage at an offset. */
  private boolean follows(Part part, long from) {
    boolean isContent = CONTENT.contains(part.kind());
    if (part.kind() != Kind.HEADER && id != null && part.id() != id) {
      return false;
    }
    if (isContent && part.before() < document) {
      return false;
    }
    // The part itself may be whole, and only be at a wrong place, because others are missing.
    return input.offset > from
        || !next.contains(part.kind())
        || isContent && part.before() > document;
  }
}
