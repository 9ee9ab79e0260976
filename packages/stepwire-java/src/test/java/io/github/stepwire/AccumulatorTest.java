package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.stepwire.chat.v1.ChatCompletion;
import io.github.stepwire.v1.RunStep;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AccumulatorTest {
  private static final String CHAT = "stepwire.chat.v1.ChatCompletionStreamEvent";
  private static final String COMPLETION = "stepwire.chat.v1.ChatCompletion";
  private static final Transcoder EVENTS = Transcoder.of(CHAT);

  private static String chunk(String content) {
    return "data: {\"id\":\"c_1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
        + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + content
        + "\"},\"finish_reason\":null}]}\n\n";
  }

  private static final String DONE = "data: [DONE]\n\n";

  private static List<byte[]> read(String stream) {
    return EventDecoder.builder(EVENTS)
        .read(new ByteArrayInputStream(stream.getBytes(UTF_8)))
        .toList();
  }

  private static String contentOf(AccumulatedObject object) {
    return object
        .toMessage(ChatCompletion.getDefaultInstance())
        .getChoices(0)
        .getMessage()
        .getContent()
        .getText();
  }

  @Test
  void chunksBecomeACompletion() {
    try (Accumulator accumulator = Accumulator.of(CHAT)) {
      Optional<AccumulatedObject> changed = Optional.empty();
      for (byte[] event : read(chunk("Hel") + chunk("lo"))) {
        changed = accumulator.apply(event);
      }
      AccumulatedObject completion = changed.orElseThrow();
      assertEquals(COMPLETION, completion.type());
      assertEquals("c_1", completion.id());
      assertEquals("Hello", contentOf(completion));
      assertEquals(List.of(completion), accumulator.objects());
      assertEquals(Optional.of(completion), accumulator.get(COMPLETION, "c_1"));
      assertEquals(Optional.empty(), accumulator.get(COMPLETION, "c_2"));
      assertTrue(accumulator.size() > 0);
      assertEquals(Optional.empty(), accumulator.ended());
      for (byte[] event : read(DONE)) {
        assertEquals(Optional.empty(), accumulator.apply(event));
      }
      assertEquals(Optional.of(Accumulator.Ending.DONE), accumulator.ended());
      assertTrue(accumulator.remove(completion));
      assertEquals(List.of(), accumulator.objects());
      assertThrows(IllegalStateException.class, completion::toByteArray);
    }
  }

  @Test
  void nothingIsReadAfterClosing() {
    byte[] event = read(chunk("a")).get(0);
    Accumulator accumulator = Accumulator.of(CHAT);
    AccumulatedObject object = accumulator.apply(event).orElseThrow();
    accumulator.close();
    accumulator.close();
    assertEquals("c_1", object.id());
    assertThrows(IllegalStateException.class, object::toByteArray);
    assertThrows(IllegalStateException.class, () -> contentOf(object));
    assertThrows(IllegalStateException.class, () -> accumulator.apply(event));
    assertThrows(IllegalStateException.class, () -> accumulator.applyAll(event));
    assertThrows(IllegalStateException.class, accumulator::objects);
    assertThrows(IllegalStateException.class, () -> accumulator.get(COMPLETION, "c_1"));
    assertThrows(IllegalStateException.class, () -> accumulator.remove(object));
    assertThrows(IllegalStateException.class, accumulator::ended);
    assertThrows(IllegalStateException.class, accumulator::size);
  }

  @Test
  void anotherThreadMayClose() throws InterruptedException {
    byte[] event = read(chunk("a")).get(0);
    for (int round = 0; round < 20; round++) {
      Accumulator accumulator = Accumulator.of(CHAT);
      CountDownLatch started = new CountDownLatch(1);
      Thread closing =
          new Thread(
              () -> {
                try {
                  started.await();
                } catch (InterruptedException exception) {
                  throw new AssertionError(exception);
                }
                accumulator.close();
              });
      closing.start();
      assertThrows(
          IllegalStateException.class,
          () -> {
            for (; ; ) {
              accumulator.apply(event).orElseThrow().toByteArray();
              started.countDown();
            }
          });
      closing.join();
    }
  }

  @Test
  void delimitedEventsAreAppliedTogether() {
    byte[] events =
        EVENTS.packLines(
            (chunk("a") + chunk("b"))
                .replace("data: ", "{\"event\":\"\",\"data\":")
                .replace("]}\n\n", "]}}\n")
                .getBytes(UTF_8));
    try (Accumulator one = Accumulator.of(CHAT);
        Accumulator other = Accumulator.of(CHAT)) {
      assertEquals(2, one.applyAll(events));
      read(chunk("a") + chunk("b")).forEach(other::apply);
      assertArrayEquals(other.objects().get(0).toByteArray(), one.objects().get(0).toByteArray());
      byte[] cut = java.util.Arrays.copyOf(events, events.length - 1);
      AccumulationException refusal =
          assertThrows(AccumulationException.class, () -> one.applyAll(cut));
      assertEquals(AccumulationCode.MALFORMED_EVENT, refusal.code());
    }
  }

  @Test
  void refusalSaysWhyAndWhere() {
    String events = "stepwire.v1.StreamEvent";
    Transcoder transcoder = Transcoder.of(events);
    byte[] delta =
        transcoder.toBinary(
            ("{\"event\":\"thread.run.step.delta\",\"data\":{\"id\":\"step_1\","
                    + "\"object\":\"thread.run.step.delta\",\"delta\":{\"step_details\":{"
                    + "\"type\":\"tool_calls\",\"tool_calls\":[{\"index\":100,\"type\":\"function\"}]}}}}")
                .getBytes(UTF_8));
    try (Accumulator accumulator = Accumulator.builder(events).maxIndexGap(3).build()) {
      AccumulationException refusal =
          assertThrows(AccumulationException.class, () -> accumulator.apply(delta));
      assertEquals(AccumulationCode.INDEX_GAP, refusal.code());
      assertEquals("stepwire.v1.RunStep", refusal.objectType());
      assertEquals("step_1", refusal.objectId());
      assertEquals("/step_details/tool_calls/0", refusal.pointer());
      assertTrue(refusal.getMessage().contains("expected"), refusal.getMessage());
      assertEquals(List.of(), accumulator.objects());
    }
    try (Accumulator accumulator = Accumulator.builder(events).objects(COMPLETION).build()) {
      throw new AssertionError(accumulator + " has objects that no event is about");
    } catch (IllegalArgumentException expected) {
      assertTrue(expected.getMessage().contains(COMPLETION));
    }
    try (Accumulator runs =
        Accumulator.builder(events).objects("stepwire.v1.Run").maxObjects(1).build()) {
      assertEquals(Optional.empty(), runs.apply(delta));
    }
  }

  @Test
  void mistakesOfTheCallerAreTold() {
    assertThrows(IllegalArgumentException.class, () -> Accumulator.of("stepwire.v1.RunStep"));
    Accumulator.Builder builder = Accumulator.builder(CHAT);
    assertThrows(IllegalArgumentException.class, () -> builder.maxObjects(-1));
    assertThrows(
        IllegalArgumentException.class, () -> Accumulator.builder(CHAT).maxObjects(0).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> Accumulator.builder(CHAT).plan(new byte[100]).build());
    try (Accumulator accumulator = Accumulator.builder(CHAT).maxEventBytes(3).build()) {
      assertThrows(
          IllegalArgumentException.class, () -> accumulator.apply(RunStep.getDefaultInstance()));
      AccumulationException refusal =
          assertThrows(AccumulationException.class, () -> accumulator.apply(new byte[4]));
      assertEquals(AccumulationCode.TOO_LARGE, refusal.code());
    }
  }
}
