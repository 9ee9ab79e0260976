package io.github.stepwire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.stepwire.Transcoder;
import io.github.stepwire.v1.Run;
import io.github.stepwire.v1.StreamEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamTest {
  private static byte[] run(String id) {
    Run run = Run.newBuilder().setId(id).build();
    return StreamEvent.newBuilder().setRunCreated(run).build().toByteArray();
  }

  private static StreamWriter.Builder writer() {
    return StreamWriter.builder(StreamEvent.getDescriptor());
  }

  private static List<NumberedEvent> readAll(StreamReader reader) {
    List<NumberedEvent> events = new ArrayList<>();
    reader.forEach(events::add);
    return events;
  }

  @Test
  void readmeExample() throws IOException {
    List<String> ids = new ArrayList<>();
    byte[] json =
        ("{\"event\":\"thread.message.delta\",\"data\":"
                + "{\"id\":\"msg_1\",\"object\":\"thread.message.delta\",\"delta\":{}}}")
            .getBytes(UTF_8);
    byte[] event = Transcoder.of("stepwire.v1.StreamEvent").toBinary(json);

    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StreamWriter.Builder options = StreamWriter.builder(StreamEvent.getDescriptor());
    try (StreamWriter writer = options.encoding(StreamEncoding.GZIP).open(output)) {
      writer.write(List.of(event, event)); // events that came together are sent together
      writer.end();
    }

    InputStream input = new ByteArrayInputStream(output.toByteArray());
    StreamReader.Builder limits = StreamReader.builder().encoding(StreamEncoding.GZIP);
    try (StreamReader reader = limits.open(input)) {
      for (NumberedEvent next : reader) { // as soon as it has arrived
        StreamEvent message = StreamEvent.parseFrom(next.bytes());
        ids.add(next.number() + ": " + message.getMessageDelta().getId());
      }
    }
    assertEquals(List.of("1: msg_1", "2: msg_1"), ids);
  }

  @ParameterizedTest
  @EnumSource
  void eachBlockCanBeReadBeforeTheNextIsWritten(StreamEncoding encoding) throws IOException {
    PipedInputStream input = new PipedInputStream(100_000);
    StreamWriter writer = writer().encoding(encoding).open(new PipedOutputStream(input));
    writer.alive();
    Iterator<NumberedEvent> events =
        StreamReader.builder().encoding(encoding).open(input).iterator();
    for (long number = 1; number <= 3; number++) {
      byte[] event = run("run_" + number);
      writer.write(List.of(event));
      assertEquals(new NumberedEvent(number, event), events.next());
    }
    writer.end();
    writer.close();
    assertFalse(events.hasNext());
    assertThrows(NoSuchElementException.class, events::next);
  }

  @ParameterizedTest
  @EnumSource
  void streamsAreRefusedWhereverTheyAreCut(StreamEncoding encoding) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (StreamWriter writer = writer().encoding(encoding).open(output)) {
      writer.write(List.of(run("a"), run("b")));
      writer.end();
    }
    byte[] stream = output.toByteArray();
    for (int size = 0; size < stream.length; size++) {
      byte[] part = Arrays.copyOf(stream, size);
      List<NumberedEvent> events = new ArrayList<>();
      try {
        StreamReader.builder()
            .encoding(encoding)
            .open(new ByteArrayInputStream(part))
            .forEach(events::add);
        // Only the end of the compression is missing.
        assertFalse(encoding == StreamEncoding.IDENTITY);
        assertEquals(2, events.size());
      } catch (StreamFormatException exception) {
        assertEquals(StreamErrorCode.CUT_OFF, exception.code());
      }
    }
  }

  @Test
  void streamsThatExpandTooMuchAreRefused() throws IOException {
    for (StreamEncoding encoding : List.of(StreamEncoding.GZIP, StreamEncoding.ZSTD)) {
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      try (StreamWriter writer = writer().encoding(encoding).open(output)) {
        writer.write(List.of(run("x".repeat(15_000_000))));
        writer.end();
      }
      StreamReader reader =
          StreamReader.builder()
              .encoding(encoding)
              .maxExpansion(100)
              .open(new ByteArrayInputStream(output.toByteArray()));
      StreamFormatException exception =
          assertThrows(StreamFormatException.class, () -> readAll(reader));
      assertEquals(StreamErrorCode.EXPANDS_TOO_MUCH, exception.code());
    }
  }

  @Test
  void errorsSayWhatAndWhereAndStay() {
    // An event of 8 MiB is announced, and nothing of it follows.
    byte[] stream = HexFormat.of().parseHex("8953570101828080080d00");
    Iterator<NumberedEvent> events = StreamReader.of(new ByteArrayInputStream(stream)).iterator();
    StreamFormatException exception = assertThrows(StreamFormatException.class, events::hasNext);
    assertEquals(
        "cut_off in the stream (offset 5, event 1): expected the end mark, found the end of the"
            + " input within a record, after 6 bytes of it",
        exception.getMessage());
    assertSame(exception, assertThrows(StreamFormatException.class, events::next));
  }

  @ParameterizedTest
  @EnumSource
  void anExceptionOfTheInputIsPassedOn(StreamEncoding encoding) {
    IOException lost = new EOFException("connection lost");
    InputStream input =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw lost;
          }
        };
    Iterator<NumberedEvent> events =
        StreamReader.builder().encoding(encoding).open(input).iterator();
    UncheckedIOException exception = assertThrows(UncheckedIOException.class, events::hasNext);
    assertSame(lost, exception.getCause());
  }

  @Test
  void failuresEndAStream() throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (StreamWriter writer = writer().open(output)) {
      writer.write(List.of(run("a")));
      writer.fail(new byte[] {1, 2});
      assertThrows(IllegalStateException.class, writer::end);
    }
    StreamReader reader = StreamReader.of(new ByteArrayInputStream(output.toByteArray()));
    List<NumberedEvent> events = new ArrayList<>();
    StreamFailureException failure =
        assertThrows(StreamFailureException.class, () -> reader.forEach(events::add));
    assertArrayEquals(new byte[] {1, 2}, failure.detail());
    assertEquals(List.of(new NumberedEvent(1, run("a"))), events);
  }

  @Test
  void numbersMustIncrease() throws IOException {
    try (StreamWriter writer = writer().firstNumber(2).open(new ByteArrayOutputStream())) {
      List<byte[]> events = List.of(run("a"), run("b"));
      assertThrows(IllegalArgumentException.class, () -> writer.write(events, 1));
      long largest = (1L << 53) - 1;
      assertThrows(IllegalArgumentException.class, () -> writer.write(events, largest));
      writer.write(events, largest - 1);
      assertThrows(IllegalArgumentException.class, () -> writer.write(events));
    }
    assertThrows(IllegalArgumentException.class, () -> writer().firstNumber(1L << 53));
  }

  @Test
  void numbersHaveAtMost64Bits() {
    for (String last : List.of("01", "02")) {
      String hex = "89535701013a1a006a0b08ffffffffffffffffff" + last + "0000";
      InputStream input = new ByteArrayInputStream(HexFormat.of().parseHex(hex));
      StreamReader reader = StreamReader.of(input);
      if (last.equals("01")) {
        assertEquals(1, readAll(reader).size());
      } else {
        StreamFormatException exception =
            assertThrows(StreamFormatException.class, () -> readAll(reader));
        assertEquals(StreamErrorCode.MALFORMED, exception.code());
      }
    }
  }

  @Test
  void payloadsThatDoNotFitAreWrittenCompletely() throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    List<byte[]> events = List.of(run("a"), run("x".repeat(100)), run("a"));
    try (StreamWriter writer = writer().maxStateBytes(80).open(output)) {
      writer.write(events);
      writer.end();
    }
    InputStream input = new ByteArrayInputStream(output.toByteArray());
    List<NumberedEvent> read = readAll(StreamReader.builder().maxStateBytes(80).open(input));
    assertEquals(3, read.size());
    for (int index = 0; index < 3; index++) {
      assertArrayEquals(events.get(index), read.get(index).bytes());
    }
  }

  @Test
  void closingTheReaderClosesTheInput() throws IOException {
    AtomicBoolean isClosed = new AtomicBoolean();
    InputStream input =
        new ByteArrayInputStream(new byte[0]) {
          @Override
          public void close() {
            isClosed.set(true);
          }
        };
    StreamReader.of(input).stream().close();
    assertTrue(isClosed.get());
  }

  /** Loads this package again, and nothing of zstd-jni. */
  private static final class LoaderWithoutZstd extends ClassLoader {
    LoaderWithoutZstd() {
      super(StreamTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.github.luben.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("io.github.stepwire.stream.")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = file.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException exception) {
        throw new ClassNotFoundException(name, exception);
      }
    }
  }

  /** What a program does that does not have zstd-jni. */
  public static final class ProgramWithoutZstd implements Runnable {
    @Override
    public void run() {
      try (StreamWriter writer =
          writer().encoding(StreamEncoding.GZIP).open(new ByteArrayOutputStream())) {
        writer.end();
      } catch (IOException exception) {
        throw new UncheckedIOException(exception);
      }
      StreamWriter.Builder zstd = writer().encoding(StreamEncoding.ZSTD);
      UnsupportedOperationException exception =
          assertThrows(
              UnsupportedOperationException.class, () -> zstd.open(new ByteArrayOutputStream()));
      assertEquals(
          "the encoding zstd needs com.github.luben:zstd-jni as a dependency",
          exception.getMessage());
      InputStream input = new ByteArrayInputStream(new byte[0]);
      StreamReader reader = StreamReader.builder().encoding(StreamEncoding.ZSTD).open(input);
      assertThrows(UnsupportedOperationException.class, reader.iterator()::hasNext);
    }
  }

  @Test
  void zstdIsRefusedWithoutItsLibrary() throws ReflectiveOperationException {
    Class<?> program =
        new LoaderWithoutZstd().loadClass(StreamTest.class.getName() + "$ProgramWithoutZstd");
    assertNotSame(ProgramWithoutZstd.class, program);
    ((Runnable) program.getDeclaredConstructor().newInstance()).run();
  }
}
