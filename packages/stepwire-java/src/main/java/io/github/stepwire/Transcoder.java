package io.github.stepwire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Converts one type of message between OpenAI JSON and binary.
 *
 * <p>It is safe for use by any number of threads: each call has an instance of the kernel for
 * itself, and as many as there are processors are kept for the next calls.
 */
public final class Transcoder {
  /** The bit of fields that the schema does not have. */
  private static final int REFUSE_UNKNOWN_FIELDS = 1 << ResultCode.UNKNOWN_FIELD;

  private final KernelPool kernels;
  private final String message;
  private final Mode mode;
  private final int maxDepth;
  private final int maxBytes;
  private final int refusedBinary;

  private Transcoder(Builder builder) {
    message = builder.message;
    mode = builder.mode;
    maxDepth = builder.maxDepth;
    maxBytes = builder.maxBytes;
    refusedBinary = builder.refuseUnknownFields ? REFUSE_UNKNOWN_FIELDS : 0;
    byte[] table = builder.table;
    Engine engine = builder.engine;
    kernels = new KernelPool(() -> new Kernel(engine, message, table));
    kernels.give(kernels.take(), 0);
  }

  /**
   * Returns a transcoder with the default options.
   *
   * @param message the full name of a message of the model, with its package
   * @throws IllegalArgumentException if there is no such message that is a JSON object
   */
  public static Transcoder of(String message) {
    return builder(message).build();
  }

  /**
   * Begins a transcoder with other options.
   *
   * @param message the full name of a message of the model, with its package
   */
  public static Builder builder(String message) {
    return new Builder(message);
  }

  /** Returns what converts in this process. {@link Engine#reason} says why. */
  public static Engine engine() {
    return Engine.current();
  }

  /**
   * Returns the binary message of a JSON document.
   *
   * @param json the document, in UTF-8
   * @throws RefusedException if the document is refused
   * @throws KernelException if it takes too much memory
   */
  public byte[] toBinary(byte[] json) {
    return call(Function.TO_BINARY, json);
  }

  /**
   * Returns the JSON document of a binary message, in UTF-8, without white space.
   *
   * @throws RefusedException if the message is malformed, or has no JSON form
   * @throws KernelException if it takes too much memory
   */
  public byte[] toJson(byte[] binary) {
    return call(Function.TO_JSON, binary);
  }

  /**
   * Reads a JSON document as a message.
   *
   * @param type any message of the transcoder's type, such as its default instance
   * @throws RefusedException if the document is refused
   */
  public <M extends Message> M parse(byte[] json, M type) {
    checkType(type);
    try {
      // A parser returns messages of its own type.
      @SuppressWarnings("unchecked")
      M parsed = (M) type.getParserForType().parseFrom(toBinary(json));
      return parsed;
    } catch (InvalidProtocolBufferException exception) {
      throw new KernelException("the kernel wrote what is no message", exception);
    }
  }

  /**
   * Writes a message of the transcoder's type as a JSON document.
   *
   * @throws RefusedException if the message has no JSON form
   */
  public byte[] print(Message message) {
    checkType(message);
    return toJson(message.toByteArray());
  }

  /**
   * Converts lines of JSON (JSONL) to binary messages, each after its size. Protobuf's own
   * libraries read that by {@code parseDelimitedFrom}. Empty lines are skipped. It is faster than a
   * call for each document, as the kernel converts a megabyte in one call.
   *
   * @throws RefusedException for the first line that is refused, with its number
   */
  public byte[] packLines(byte[] lines) {
    return packLines(lines, Transcoder::raise);
  }

  /**
   * Converts lines of JSON, without those that are refused.
   *
   * @param refused is given each line that is refused. It may throw an exception to stop
   */
  public byte[] packLines(byte[] lines, Consumer<RefusedException> refused) {
    return new BlockConverter(this, Function.PACK_LINES, lines, refused).all();
  }

  /**
   * Converts lines of JSON from a stream to a stream, in constant memory. It writes what has
   * arrived, and does not wait for more.
   *
   * @return how many documents were written
   * @throws RefusedException for the first line that is refused; the messages before it are written
   */
  public long packLines(InputStream lines, OutputStream messages) throws IOException {
    return packLines(lines, messages, Transcoder::raise);
  }

  /**
   * Converts lines of JSON from a stream to a stream, without those that are refused.
   *
   * @param refused is given each line that is refused. It may throw an exception to stop
   * @return how many documents were written
   */
  public long packLines(
      InputStream lines, OutputStream messages, Consumer<RefusedException> refused)
      throws IOException {
    return new BlockConverter(this, Function.PACK_LINES, lines, refused).transferTo(messages);
  }

  /**
   * Converts binary messages, each after its size, to lines of JSON.
   *
   * @throws RefusedException for the first message that is refused, with its number
   */
  public byte[] unpackLines(byte[] messages) {
    return unpackLines(messages, Transcoder::raise);
  }

  /**
   * Converts binary messages, each after its size, to lines of JSON, without those that are
   * refused.
   *
   * @param refused is given each message that is refused. It may throw an exception to stop
   */
  public byte[] unpackLines(byte[] messages, Consumer<RefusedException> refused) {
    return new BlockConverter(this, Function.UNPACK_LINES, messages, refused).all();
  }

  /**
   * Converts binary messages, each after its size, from a stream to a stream of lines of JSON, in
   * constant memory.
   *
   * @return how many documents were written
   * @throws RefusedException for the first message that is refused; the lines before it are written
   */
  public long unpackLines(InputStream messages, OutputStream lines) throws IOException {
    return unpackLines(messages, lines, Transcoder::raise);
  }

  /**
   * Converts binary messages from a stream to a stream of lines of JSON, without those that are
   * refused.
   *
   * @param refused is given each message that is refused. It may throw an exception to stop
   * @return how many documents were written
   */
  public long unpackLines(
      InputStream messages, OutputStream lines, Consumer<RefusedException> refused)
      throws IOException {
    return new BlockConverter(this, Function.UNPACK_LINES, messages, refused).transferTo(lines);
  }

  /**
   * Returns the binary messages of lines of JSON, as they arrive. The stream throws a {@link
   * RefusedException} at a line that is refused, and an {@link java.io.UncheckedIOException} if
   * reading fails.
   */
  public Stream<byte[]> packedLines(InputStream lines) {
    return new BlockConverter(this, Function.PACK_LINES, lines, Transcoder::raise).documents();
  }

  /**
   * Returns the JSON of binary messages that each have their size before them, as they arrive. The
   * stream throws the same exceptions as that of {@link #packedLines}.
   */
  public Stream<byte[]> unpackedLines(InputStream messages) {
    return new BlockConverter(this, Function.UNPACK_LINES, messages, Transcoder::raise).documents();
  }

  private static void raise(RefusedException refusal) {
    throw refusal;
  }

  int maxBytes() {
    return maxBytes;
  }

  void checkType(Message given) {
    String name = given.getDescriptorForType().getFullName();
    if (!name.equals(message)) {
      throw new IllegalArgumentException(
          "a transcoder of " + message + " was given a message of type " + name);
    }
  }

  private int refusedBy(Function function) {
    return switch (function) {
      case TO_BINARY, PACK_LINES, PACK_EVENTS -> mode.refused;
      default -> refusedBinary;
    };
  }

  private byte[] call(Function function, byte[] input) {
    if (input.length > maxBytes) {
      throw new RefusedException(Code.TOO_LARGE, 0, "");
    }
    Kernel kernel = kernels.take();
    try {
      byte[] output = kernel.convert(function, input, maxDepth, refusedBy(function));
      kernels.give(kernel, Math.max(input.length, output.length));
      return output;
    } catch (RefusedException refusal) {
      kernels.give(kernel, Integer.MAX_VALUE);
      throw refusal;
    } catch (KernelException | OutOfMemoryError failure) {
      // It may be in any state.
      kernel.close();
      throw failure;
    }
  }

  /** Converts many documents by a kernel that is not used for anything else. */
  <R> R withKernel(java.util.function.Function<Kernel, R> use) {
    Kernel kernel = kernels.take();
    try {
      R result = use.apply(kernel);
      kernels.give(kernel, Integer.MAX_VALUE);
      return result;
    } catch (RuntimeException | OutOfMemoryError failure) {
      kernel.close();
      throw failure;
    }
  }

  Kernel.Chunk convertMany(
      Kernel kernel, Function function, byte[] input, int from, int size, int maxBytes, int flags) {
    return kernel.convertMany(
        function, input, from, size, maxDepth, refusedBy(function), maxBytes, flags);
  }

  /** Returns why one document is refused that was refused among others. */
  RefusedException explain(Kernel kernel, Function function, byte[] document) {
    try {
      kernel.convert(function, document, maxDepth, refusedBy(function));
    } catch (RefusedException refusal) {
      return refusal;
    }
    throw new KernelException("a document was refused among others, but not alone");
  }

  /** The options of a transcoder. */
  public static final class Builder {
    private static final int LARGEST_DEPTH = 1000;
    // A WebAssembly memory has to hold the input twice, and the output.
    private static final int LARGEST_BYTES = 1 << 29;

    private final String message;
    private Mode mode = Mode.PRESERVE;
    private int maxDepth = 100;
    private int maxBytes = 64 << 20;
    private boolean refuseUnknownFields;
    private byte[] table;
    private Engine engine = Engine.current();

    private Builder(String message) {
      this.message = message;
    }

    /** Selects which JSON documents are refused; {@link Mode#PRESERVE} by default. */
    public Builder mode(Mode mode) {
      this.mode = mode;
      return this;
    }

    /**
     * How many levels of arrays and objects a document may have: 1 to 1,000; 100 by default. The
     * document of an event has one level more than its payload.
     */
    public Builder maxDepth(int levels) {
      maxDepth = checked("maxDepth", levels, LARGEST_DEPTH);
      return this;
    }

    /** How many bytes an input may have: 1 to 512 MiB; 64 MiB by default. */
    public Builder maxBytes(int bytes) {
      maxBytes = checked("maxBytes", bytes, LARGEST_BYTES);
      return this;
    }

    /** Has {@link Transcoder#toJson} refuse fields that the schema does not have. */
    public Builder refuseUnknownFields() {
      refuseUnknownFields = true;
      return this;
    }

    /** Selects another engine than that of the process. For the benchmark. */
    Builder engine(Engine engine) {
      this.engine = engine;
      return this;
    }

    /**
     * Converts a message of your own schema.
     *
     * @param table what the command {@code stepwire table} of the same version writes
     */
    public Builder table(byte[] table) {
      this.table = table.clone();
      return this;
    }

    /**
     * Returns the transcoder.
     *
     * @throws IllegalArgumentException if there is no such message that is a JSON object, or if the
     *     table is for another version
     */
    public Transcoder build() {
      return new Transcoder(this);
    }

    private static int checked(String name, int limit, int largest) {
      if (limit < 1 || limit > largest) {
        throw new IllegalArgumentException(name + " is from 1 to " + largest + ", not " + limit);
      }
      return limit;
    }
  }
}
