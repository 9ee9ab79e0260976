package io.github.stepwire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recorded streams become what they become in TypeScript. The variable {@code
 * STEPWIRE_CORPUS_RESULTS} names the folder that {@code pnpm corpus-results} has written; without
 * it, nothing is tested, and a line says so.
 */
class CorpusResultsTest {
  private static final String FOLDER = System.getenv("STEPWIRE_CORPUS_RESULTS");
  private static final Map<String, Transcoder> TRANSCODERS = new ConcurrentHashMap<>();

  /** A stream, which prints as its name. */
  record Recorded(JsonObject json) {
    String text(String member) {
      JsonElement value = json.get(member);
      return value == null || value.isJsonNull() ? null : value.getAsString();
    }

    @Override
    public String toString() {
      return text("name");
    }
  }

  static Stream<Recorded> streams() throws IOException {
    if (FOLDER == null) {
      System.out.println(
          "SKIPPED: recorded streams: STEPWIRE_CORPUS_RESULTS is no folder of pnpm corpus-results");
      return Stream.empty();
    }
    List<Recorded> streams = new ArrayList<>();
    String index = Files.readString(Path.of(FOLDER, "index.json"));
    JsonParser.parseString(index)
        .getAsJsonArray()
        .forEach(each -> streams.add(new Recorded(each.getAsJsonObject())));
    assertTrue(streams.size() > 50);
    return streams.stream();
  }

  private static List<byte[]> decode(Recorded recorded, byte[] stream, int size) {
    Transcoder transcoder =
        TRANSCODERS.computeIfAbsent(
            recorded.text("schema"), name -> Transcoder.builder(name).mode(Mode.ARCHIVE).build());
    EventDecoder.Builder builder = EventDecoder.builder(transcoder);
    EventDecoder decoder =
        "lenient".equals(recorded.text("framing")) ? builder.lenient().build() : builder.build();
    List<byte[]> events = new ArrayList<>();
    for (int from = 0; from < stream.length; from += size) {
      events.addAll(decoder.decode(stream, from, Math.min(size, stream.length - from)));
    }
    events.addAll(decoder.end());
    return events;
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("streams")
  void streamBecomesWhatItBecomesInTypeScript(Recorded recorded) throws IOException {
    byte[] stream = Files.readAllBytes(Path.of(FOLDER, recorded.text("file")));
    List<byte[]> events = decode(recorded, stream, stream.length);
    for (List<byte[]> each : List.of(events, decode(recorded, stream, 7))) {
      assertEquals(recorded.json().get("events").getAsInt(), each.size());
      ByteArrayOutputStream delimited = new ByteArrayOutputStream();
      for (byte[] event : each) {
        byte[] size = new byte[Delimited.prefixOf(event.length)];
        Delimited.write(size, 0, event.length);
        delimited.writeBytes(size);
        delimited.writeBytes(event);
      }
      assertEquals(recorded.text("messages"), hash(delimited.toByteArray()));
    }
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    EventEncoder encoder = new EventEncoder(TRANSCODERS.get(recorded.text("schema")), written);
    for (byte[] event : events) {
      try {
        encoder.write(event);
      } catch (RefusedException refusal) {
        // TypeScript leaves it out too.
      }
    }
    assertEquals(recorded.text("written"), hash(written.toByteArray()));
    checkAccumulated(recorded, events);
  }

  private static void checkAccumulated(Recorded recorded, List<byte[]> events) {
    try (Accumulator accumulator = Accumulator.of(recorded.text("schema"))) {
      JsonArray refused = new JsonArray();
      for (int index = 0; index < events.size(); index++) {
        try {
          accumulator.apply(events.get(index));
        } catch (AccumulationException refusal) {
          refused.add(index);
        }
      }
      assertEquals(recorded.json().get("refused").toString(), refused.toString());
      assertEquals(
          recorded.text("ended"),
          accumulator.ended().map(each -> each.name().toLowerCase()).orElse(null));
      List<String> expected = new ArrayList<>();
      for (JsonElement each : recorded.json().getAsJsonArray("objects")) {
        Recorded object = new Recorded(each.getAsJsonObject());
        expected.add(object.text("type") + " " + object.text("message"));
      }
      List<String> found =
          accumulator.objects().stream()
              .map(object -> object.type() + " " + hash(object.toByteArray()))
              .toList();
      assertEquals(expected.stream().sorted().toList(), found.stream().sorted().toList());
    }
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException exception) {
      throw new AssertionError(exception);
    }
  }
}
