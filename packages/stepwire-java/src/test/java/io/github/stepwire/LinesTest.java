package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.CodedOutputStream;
import io.github.stepwire.v1.MessageCreation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static final String CREATION = "stepwire.v1.MessageCreation";
  private static final Transcoder CREATIONS = Transcoder.of(CREATION);
  private static final byte[] WRONG = "{\"message_id\":1}\n".getBytes(UTF_8);

  /** Returns a byte at a time. */
  private static InputStream slow(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] target, int at, int size) {
        return super.read(target, at, Math.min(size, 1));
      }

      @Override
      public int available() {
        return 0;
      }
    };
  }

  private static byte[] line(String id) {
    return ("{\"message_id\":\"" + id + "\"}\n").getBytes(UTF_8);
  }

  private static byte[] message(String id) {
    return MessageCreation.newBuilder().setMessageId(id).build().toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  private static byte[] delimited(byte[] message) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(output);
    coded.writeByteArrayNoTag(message);
    coded.flush();
    return output.toByteArray();
  }

  @Test
  void linesBecomeMessagesAndComeBack() throws IOException {
    byte[] lines = join(line("a"), "\n".getBytes(UTF_8), line("b"), line("c"));
    byte[] messages = CREATIONS.packLines(lines);
    ByteArrayInputStream input = new ByteArrayInputStream(messages);
    assertEquals("a", MessageCreation.parseDelimitedFrom(input).getMessageId());
    assertEquals("b", MessageCreation.parseDelimitedFrom(input).getMessageId());
    assertEquals("c", MessageCreation.parseDelimitedFrom(input).getMessageId());
    assertEquals(-1, input.read());
    byte[] canonical = join(line("a"), line("b"), line("c"));
    assertArrayEquals(canonical, CREATIONS.unpackLines(messages));

    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    assertEquals(3, CREATIONS.packLines(slow(lines), streamed));
    assertArrayEquals(messages, streamed.toByteArray());
    streamed.reset();
    assertEquals(3, CREATIONS.unpackLines(slow(messages), streamed));
    assertArrayEquals(canonical, streamed.toByteArray());
    assertEquals(
        List.of("a", "b", "c"), CREATIONS.packedLines(slow(lines)).map(LinesTest::idOf).toList());
    assertEquals(
        List.of("{\"message_id\":\"a\"}", "{\"message_id\":\"b\"}", "{\"message_id\":\"c\"}"),
        CREATIONS.unpackedLines(slow(messages)).map(each -> new String(each, UTF_8)).toList());
  }

  private static String idOf(byte[] message) {
    try {
      return MessageCreation.parseFrom(message).getMessageId();
    } catch (IOException exception) {
      throw new AssertionError(exception);
    }
  }

  @Test
  void lastLineNeedsNoLineFeed() throws IOException {
    byte[] lines = "{\"message_id\":\"a\"}".getBytes(UTF_8);
    assertArrayEquals(delimited(message("a")), CREATIONS.packLines(lines));
    assertArrayEquals(new byte[0], CREATIONS.packLines(new byte[0]));
    assertArrayEquals(new byte[0], CREATIONS.unpackLines(new byte[0]));
  }

  @Test
  void largeInputsAreConvertedInBlocks() throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    for (int number = 0; number < 300; number++) {
      // Some are larger than a block.
      String id = "x".repeat(number % 100 == 7 ? 2 << 20 : 37 * number);
      lines.writeBytes(line(id));
      messages.writeBytes(delimited(message(id)));
    }
    assertArrayEquals(messages.toByteArray(), CREATIONS.packLines(lines.toByteArray()));
    assertArrayEquals(lines.toByteArray(), CREATIONS.unpackLines(messages.toByteArray()));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    CREATIONS.packLines(new ByteArrayInputStream(lines.toByteArray()), output);
    assertArrayEquals(messages.toByteArray(), output.toByteArray());
    output.reset();
    CREATIONS.unpackLines(new ByteArrayInputStream(messages.toByteArray()), output);
    assertArrayEquals(lines.toByteArray(), output.toByteArray());
  }

  @Test
  void refusedLineHasItsPlace() {
    byte[] lines = join(line("a"), "\n".getBytes(UTF_8), WRONG, line("b"));
    RefusedException refusal =
        assertThrows(RefusedException.class, () -> CREATIONS.packLines(lines));
    assertEquals(Code.WRONG_TYPE, refusal.code());
    assertEquals("/message_id", refusal.pointer());
    assertEquals(14, refusal.offset());
    assertEquals(3, refusal.number());
    assertEquals(line("a").length + 1, refusal.start());
    assertEquals(line("a").length + 1 + WRONG.length, refusal.end());
    assertEquals("wrong_type at \"/message_id\" (byte 14) of number 3", refusal.getMessage());
  }

  @Test
  void refusedDocumentsCanBeSkipped() throws IOException {
    byte[] huge = line("x".repeat(300));
    byte[] lines = join(WRONG, line("a"), huge, WRONG, line("b"), WRONG);
    Transcoder small = Transcoder.builder(CREATION).maxBytes(200).build();
    byte[] expected = join(delimited(message("a")), delimited(message("b")));
    List<String> reasons = new ArrayList<>();
    byte[] all = small.packLines(lines, refusal -> reasons.add(describe(refusal)));
    assertArrayEquals(expected, all);
    assertEquals(List.of("1 wrong_type", "3 too_large", "4 wrong_type", "6 wrong_type"), reasons);
    List<String> again = new ArrayList<>();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    small.packLines(slow(lines), output, refusal -> again.add(describe(refusal)));
    assertArrayEquals(expected, output.toByteArray());
    assertEquals(reasons, again);
  }

  @Test
  void refusedMessagesCanBeSkipped() throws IOException {
    Transcoder small = Transcoder.builder(CREATION).maxBytes(200).build();
    byte[] malformed = {2, 0x0A, 0x7F};
    byte[] messages =
        join(
            malformed,
            delimited(message("a")),
            delimited(message("x".repeat(300))),
            delimited(message("b")),
            new byte[] {5, 0x0A});
    byte[] expected = join(line("a"), line("b"));
    List<String> reasons = new ArrayList<>();
    assertArrayEquals(
        expected, small.unpackLines(messages, refusal -> reasons.add(describe(refusal))));
    assertEquals(List.of("1 malformed_binary", "3 too_large", "5 malformed_binary"), reasons);
    List<String> again = new ArrayList<>();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    small.unpackLines(slow(messages), output, refusal -> again.add(describe(refusal)));
    assertArrayEquals(expected, output.toByteArray());
    assertEquals(reasons, again);
  }

  @Test
  void archiveEndsAtWhatIsNoSize() {
    byte[] messages = {-1, -1, -1, -1, -1, -1};
    RefusedException refusal =
        assertThrows(RefusedException.class, () -> CREATIONS.unpackLines(messages));
    assertEquals(Code.MALFORMED_BINARY, refusal.code());
    assertEquals(-1, refusal.end());
    List<RefusedException> refused = new ArrayList<>();
    assertEquals(0, CREATIONS.unpackLines(messages, refused::add).length);
    assertEquals(1, refused.size());
  }

  private static String describe(RefusedException refusal) {
    return refusal.number() + " " + refusal.code();
  }
}
