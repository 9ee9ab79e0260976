package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.stepwire.v1.StreamEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final Transcoder EVENTS = Transcoder.of("stepwire.v1.StreamEvent");

  private static String delta(String id) {
    return "event: thread.message.delta\ndata: {\"id\":\""
        + id
        + "\",\"object\":\"thread.message.delta\",\"delta\":{}}\n\n";
  }

  private static final String WRONG =
      "event: thread.message.delta\ndata: {\"id\":1,\"object\":\"thread.message.delta\"}\n\n";

  private static final String DONE = "event: done\ndata: [DONE]\n\n";

  private static String idOf(byte[] event) {
    try {
      return StreamEvent.parseFrom(event).getMessageDelta().getId();
    } catch (IOException exception) {
      throw new AssertionError(exception);
    }
  }

  @Test
  void eventsAreReadAsTheyArrive() {
    EventDecoder decoder = EventDecoder.builder(EVENTS).build();
    byte[] first = delta("a").getBytes(UTF_8);
    assertTrue(decoder.decode(first, 0, first.length - 1).isEmpty());
    List<byte[]> messages = decoder.decode(first, first.length - 1, 1);
    assertEquals(List.of("a"), messages.stream().map(EventsTest::idOf).toList());
    byte[] others = (delta("b") + ": a comment\n\n" + delta("c") + DONE).getBytes(UTF_8);
    List<byte[]> all = new ArrayList<>(decoder.decode(others));
    all.addAll(decoder.end());
    assertEquals(List.of("b", "c", ""), all.stream().map(EventsTest::idOf).toList());
    assertThrows(IllegalStateException.class, () -> decoder.decode(first));
  }

  @Test
  void streamIsWrittenAgain() throws IOException {
    byte[] stream = (delta("a") + delta("b") + DONE).getBytes(UTF_8);
    List<byte[]> events;
    try (var read = EventDecoder.builder(EVENTS).read(new ByteArrayInputStream(stream))) {
      events = read.toList();
    }
    assertEquals(3, events.size());
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    EventEncoder encoder = new EventEncoder(EVENTS, output);
    encoder.write(StreamEvent.parseFrom(events.get(0)));
    encoder.write(events.subList(1, 3));
    assertEquals(new String(stream, UTF_8), output.toString(UTF_8));
  }

  @Test
  void chunksOfAnySizeGiveTheSame() {
    byte[] stream = ("\uFEFF" + delta("ä") + delta("b") + DONE).getBytes(UTF_8);
    List<byte[]> expected =
        EventDecoder.builder(EVENTS).read(new ByteArrayInputStream(stream)).toList();
    for (int size = 1; size < 20; size++) {
      EventDecoder decoder = EventDecoder.builder(EVENTS).build();
      List<byte[]> events = new ArrayList<>();
      for (int from = 0; from < stream.length; from += size) {
        events.addAll(decoder.decode(stream, from, Math.min(size, stream.length - from)));
      }
      events.addAll(decoder.end());
      assertEquals(expected.size(), events.size());
      for (int index = 0; index < events.size(); index++) {
        assertArrayEquals(expected.get(index), events.get(index));
      }
    }
  }

  @Test
  void refusedEventHasItsPlaceAndIsSkipped() {
    byte[] stream = (delta("a") + WRONG + delta("b")).getBytes(UTF_8);
    EventDecoder decoder = EventDecoder.builder(EVENTS).build();
    assertEquals(List.of("a"), decoder.decode(stream).stream().map(EventsTest::idOf).toList());
    RefusedException refusal = assertThrows(RefusedException.class, decoder::end);
    assertEquals(Code.WRONG_TYPE, refusal.code());
    assertEquals("/data/id", refusal.pointer());
    assertEquals(6, refusal.offset());
    assertEquals(2, refusal.number());
    assertEquals(delta("a").length(), refusal.start());
    assertEquals(delta("a").length() + WRONG.length(), refusal.end());
    assertEquals(List.of("b"), decoder.end().stream().map(EventsTest::idOf).toList());

    List<RefusedException> refused = new ArrayList<>();
    List<String> ids =
        EventDecoder.builder(EVENTS)
            .onRefused(refused::add)
            .read(new ByteArrayInputStream(stream))
            .map(EventsTest::idOf)
            .toList();
    assertEquals(List.of("a", "b"), ids);
    assertEquals(1, refused.size());
  }

  @Test
  void refusedEventIsThrownByTheStream() {
    byte[] stream = (delta("a") + WRONG).getBytes(UTF_8);
    List<String> ids = new ArrayList<>();
    try (var events = EventDecoder.builder(EVENTS).read(new ByteArrayInputStream(stream))) {
      assertThrows(
          RefusedException.class, () -> events.map(EventsTest::idOf).forEachOrdered(ids::add));
    }
    assertEquals(List.of("a"), ids);
  }

  @Test
  void sizeOfAnEventIsBounded() {
    EventDecoder decoder = EventDecoder.builder(EVENTS).maxEventBytes(100).build();
    byte[] stream = delta("x".repeat(200)).getBytes(UTF_8);
    RefusedException refusal = assertThrows(RefusedException.class, () -> decoder.decode(stream));
    assertEquals(Code.TOO_LARGE, refusal.code());
    assertEquals(-1, refusal.end());
    assertThrows(IllegalStateException.class, () -> decoder.decode(stream));
  }

  /** Returns an event whose payload has so many levels. */
  private static String deep(int levels) {
    String inner = "[".repeat(levels - 1) + "]".repeat(levels - 1);
    return delta("a").replace("\"delta\":{}", "\"delta\":{},\"x\":" + inner);
  }

  /** Giving the kernel the rest of the chunk for each event would take a minute and more. */
  @Test
  void chunkMayHaveManyRefusedEvents() {
    int count = 100_000;
    byte[] stream = (delta("a") + WRONG.repeat(count) + delta("b")).getBytes(UTF_8);
    List<RefusedException> refused = new ArrayList<>();
    EventDecoder decoder = EventDecoder.builder(EVENTS).onRefused(refused::add).build();
    List<byte[]> events =
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> decoder.decode(stream));
    assertEquals(List.of("a", "b"), events.stream().map(EventsTest::idOf).toList());
    assertEquals(count, refused.size());
    RefusedException last = refused.get(count - 1);
    assertEquals(count + 1, last.number());
    assertEquals(stream.length - delta("b").length(), last.end());
    assertEquals(last.end() - WRONG.length(), last.start());
  }

  @Test
  void eventsAndChunksMayBeLarge() {
    StringBuilder stream = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int size : new int[] {1, 3 << 20, 5_000, 2 << 20, 7, 300_000, 4_096}) {
      String id = "x".repeat(size);
      stream.append(delta(id)).append(WRONG).append(delta("c"));
      expected.addAll(List.of(id, "c"));
    }
    byte[] bytes = stream.toString().getBytes(UTF_8);
    for (int size : new int[] {bytes.length, 1 << 20, 1000}) {
      List<RefusedException> refused = new ArrayList<>();
      EventDecoder decoder = EventDecoder.builder(EVENTS).onRefused(refused::add).build();
      List<byte[]> events = new ArrayList<>();
      for (int from = 0; from < bytes.length; from += size) {
        events.addAll(decoder.decode(bytes, from, Math.min(size, bytes.length - from)));
      }
      events.addAll(decoder.end());
      assertEquals(expected, events.stream().map(EventsTest::idOf).toList());
      assertEquals(7, refused.size());
    }
  }

  @Test
  void malformedMessageIsRefusedByTheEncoder() {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    EventEncoder encoder = new EventEncoder(EVENTS, output);
    byte[] malformed = {0x0A, 0x7F};
    byte[] event = EventDecoder.builder(EVENTS).build().decode(delta("a").getBytes(UTF_8)).get(0);
    RefusedException refusal =
        assertThrows(RefusedException.class, () -> encoder.write(List.of(event, malformed, event)));
    assertEquals(Code.MALFORMED_BINARY, refusal.code());
    assertEquals(2, refusal.number());
    assertEquals(delta("a"), output.toString(UTF_8));
  }

  @Test
  void otherMessagesHaveNoEvents() {
    EventDecoder decoder =
        EventDecoder.builder(Transcoder.of("stepwire.v1.MessageCreation")).build();
    assertThrows(IllegalArgumentException.class, decoder::end);
  }
}
