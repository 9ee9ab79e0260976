package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.stepwire.v1.MessageCreation;
import io.github.stepwire.v1.RunStep;
import io.github.stepwire.v1.RunStepDelta;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TranscoderTest {
  private static final String CREATION = "stepwire.v1.MessageCreation";

  @Test
  void readmeExample() {
    byte[] json =
        ("{\"id\":\"step_1\",\"object\":\"thread.run.step.delta\",\"delta\":{\"x\":1.50}}")
            .getBytes(UTF_8);
    Transcoder transcoder = Transcoder.of("stepwire.v1.RunStepDelta");
    byte[] binary = transcoder.toBinary(json);
    assertArrayEquals(json, transcoder.toJson(binary));
    RunStepDelta delta = transcoder.parse(json, RunStepDelta.getDefaultInstance());
    assertEquals("step_1", delta.getId());
    assertArrayEquals(json, transcoder.print(delta));
  }

  @Test
  void refusalSaysWhatAndWhere() {
    Transcoder transcoder = Transcoder.of("stepwire.v1.FunctionCall");
    byte[] json = "{\"name\":\"weather\",\"arguments\":{}}".getBytes(UTF_8);
    RefusedException refusal =
        assertThrows(RefusedException.class, () -> transcoder.toBinary(json));
    assertEquals(Code.WRONG_TYPE, refusal.code());
    assertEquals("/arguments", refusal.pointer());
    assertEquals(30, refusal.offset());
    assertEquals("wrong_type at \"/arguments\" (byte 30)", refusal.getMessage());
  }

  @Test
  void threadsShareATranscoder() {
    Transcoder transcoder = Transcoder.of(CREATION);
    byte[] wrong = "{\"message_id\":1}".getBytes(UTF_8);
    List<String> back =
        IntStream.range(0, 2000)
            .parallel()
            .mapToObj(
                number -> {
                  assertThrows(RefusedException.class, () -> transcoder.toBinary(wrong));
                  byte[] json = creation(number + "x".repeat(number % 300));
                  return new String(transcoder.toJson(transcoder.toBinary(json)), UTF_8);
                })
            .toList();
    for (int number = 0; number < 2000; number++) {
      String expected = new String(creation(number + "x".repeat(number % 300)), UTF_8);
      assertEquals(expected, back.get(number));
    }
  }

  @Test
  void largeDocumentsComeBack() {
    Transcoder transcoder = Transcoder.of(CREATION);
    for (int size : new int[] {1 << 10, 1 << 20, 20 << 20, 100}) {
      byte[] json = creation("x".repeat(size));
      assertArrayEquals(json, transcoder.toJson(transcoder.toBinary(json)));
    }
  }

  /** Java finds null by a fault too, once the method is compiled. */
  @Test
  void nullIsStillFoundByJava() {
    Transcoder transcoder = Transcoder.of(CREATION);
    int found = 0;
    for (int round = 0; round < 100_000; round++) {
      if (round % 1000 == 0) {
        transcoder.toBinary(creation("m"));
      }
      try {
        assertEquals(1, sizeOf(round % 10_000 == 9_999 ? null : new byte[1]));
      } catch (NullPointerException expected) {
        found++;
      }
    }
    assertEquals(10, found);
  }

  private static int sizeOf(byte[] bytes) {
    return bytes.length;
  }

  @Test
  void sizeIsBounded() {
    Transcoder transcoder = Transcoder.builder(CREATION).maxBytes(4).build();
    RefusedException refusal =
        assertThrows(RefusedException.class, () -> transcoder.toBinary(new byte[5]));
    assertEquals(Code.TOO_LARGE, refusal.code());
  }

  @Test
  void mistakesOfTheCallerAreTold() {
    assertThrows(IllegalArgumentException.class, () -> Transcoder.of("stepwire.v1.MessageCreatio"));
    Transcoder.Builder builder = Transcoder.builder(CREATION);
    assertThrows(IllegalArgumentException.class, () -> builder.maxDepth(1001));
    assertThrows(IllegalArgumentException.class, () -> builder.maxBytes(0));
    Transcoder transcoder = builder.build();
    assertThrows(
        IllegalArgumentException.class,
        () -> transcoder.parse(creation("m"), RunStep.getDefaultInstance()));
    assertThrows(
        IllegalArgumentException.class, () -> transcoder.print(RunStep.getDefaultInstance()));
    assertEquals(
        "m", transcoder.parse(creation("m"), MessageCreation.getDefaultInstance()).getMessageId());
  }

  private static byte[] creation(String id) {
    return ("{\"message_id\":\"" + id + "\"}").getBytes(UTF_8);
  }
}
