package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The server-sent events of all languages; packages/conformance/vectors/README.md describes them.
 */
class EventVectorsTest {
  private static final Path DIRECTORY = Path.of("../conformance/vectors/sse");
  private static final HexFormat HEX = HexFormat.of();
  private static final Map<String, Transcoder> TRANSCODERS = new HashMap<>();

  /** A case, which prints as its name. */
  record Case(String name, JsonObject json) {
    JsonObject options() {
      return json.has("options") ? json.getAsJsonObject("options") : new JsonObject();
    }

    byte[] stream() {
      return json.has("sse")
          ? json.get("sse").getAsString().getBytes(UTF_8)
          : Base64.getDecoder().decode(json.get("sseBase64").getAsString());
    }

    Transcoder transcoder() {
      String schema = json.get("schema").getAsString();
      String mode = options().has("mode") ? options().get("mode").getAsString() : "preserve";
      int depth = options().has("maxDepth") ? options().get("maxDepth").getAsInt() : 100;
      return TRANSCODERS.computeIfAbsent(
          schema + mode + depth,
          each ->
              Transcoder.builder(schema)
                  .mode(Mode.valueOf(mode.toUpperCase(Locale.ROOT)))
                  .maxDepth(depth)
                  .build());
    }

    EventDecoder decoder() {
      EventDecoder.Builder builder = EventDecoder.builder(transcoder());
      if (options().has("maxEventBytes")) {
        builder.maxEventBytes(options().get("maxEventBytes").getAsInt());
      }
      if (options().has("framing")) {
        assertEquals("lenient", options().get("framing").getAsString());
        builder.lenient();
      }
      return builder.build();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Case> read(boolean written) throws IOException {
    List<Case> cases = new ArrayList<>();
    if (Files.isDirectory(DIRECTORY)) {
      try (var files = Files.newDirectoryStream(DIRECTORY, "*.json")) {
        for (Path file : files) {
          JsonObject read = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
          for (JsonElement each : read.getAsJsonArray("cases")) {
            JsonObject json = each.getAsJsonObject();
            cases.add(new Case(file.getFileName() + ": " + json.get("name").getAsString(), json));
          }
        }
      }
    }
    return cases.stream().filter(each -> each.json().has("event") == written);
  }

  static Stream<Case> streams() throws IOException {
    return read(false);
  }

  static Stream<Case> written() throws IOException {
    return read(true);
  }

  /** What a decoder made of a stream. */
  private static final class Decoded {
    private final List<byte[]> events = new ArrayList<>();
    private final List<RefusedException> refused = new ArrayList<>();
    private boolean isBroken;

    /** Collects what a call returns, and calls again after each refused event. */
    void collect(Supplier<List<byte[]>> first, Supplier<List<byte[]>> again) {
      Supplier<List<byte[]>> call = first;
      while (!isBroken && call != null) {
        try {
          events.addAll(call.get());
          call = null;
        } catch (RefusedException refusal) {
          refused.add(refusal);
          isBroken = refusal.end() < 0;
          call = again;
        }
      }
    }
  }

  private static Decoded decode(Case vector, int size) {
    byte[] stream = vector.stream();
    Decoded decoded = new Decoded();
    EventDecoder decoder = vector.decoder();
    byte[] nothing = {};
    for (int from = 0; from < stream.length; from += size) {
      int start = from;
      int length = Math.min(size, stream.length - from);
      decoded.collect(() -> decoder.decode(stream, start, length), () -> decoder.decode(nothing));
    }
    decoded.collect(decoder::end, decoder::end);
    return decoded;
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("streams")
  void streamGivesEventsAndComesBack(Case vector) throws IOException {
    for (int size : new int[] {Integer.MAX_VALUE, 1}) {
      Decoded decoded = decode(vector, size);
      List<String> expected = new ArrayList<>();
      vector.json().getAsJsonArray("events").forEach(each -> expected.add(each.getAsString()));
      assertEquals(expected, decoded.events.stream().map(HEX::formatHex).toList());
      JsonArray refusals =
          vector.json().has("refusals")
              ? vector.json().getAsJsonArray("refusals")
              : new JsonArray();
      assertEquals(refusals.size(), decoded.refused.size());
      for (int index = 0; index < refusals.size(); index++) {
        JsonObject refusal = refusals.get(index).getAsJsonObject();
        RefusedException found = decoded.refused.get(index);
        assertEquals(refusal.get("event").getAsInt() + 1, found.number());
        assertListed(refusal.getAsJsonArray("violations"), found);
      }
      assertEquals(vector.json().has("isBroken"), decoded.isBroken);
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      new EventEncoder(vector.transcoder(), output).write(decoded.events);
      String written =
          vector.json().has("written")
              ? vector.json().get("written").getAsString()
              : new String(vector.stream(), UTF_8);
      assertEquals(written, output.toString(UTF_8));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("written")
  void eventIsWrittenOrRefused(Case vector) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    EventEncoder encoder = new EventEncoder(vector.transcoder(), output);
    byte[] event = HEX.parseHex(vector.json().get("event").getAsString());
    if (vector.json().has("violations")) {
      RefusedException refusal = assertThrows(RefusedException.class, () -> encoder.write(event));
      assertListed(vector.json().getAsJsonArray("violations"), refusal);
    } else {
      encoder.write(event);
      assertEquals(vector.json().get("written").getAsString(), output.toString(UTF_8));
    }
  }

  private static void assertListed(JsonArray violations, RefusedException refusal) {
    boolean isListed = false;
    for (JsonElement each : violations) {
      JsonObject violation = each.getAsJsonObject();
      isListed |=
          violation.get("code").getAsString().equals(refusal.code().toString())
              && violation.get("pointer").getAsString().equals(refusal.pointer())
              && (!violation.has("offset")
                  || violation.get("offset").getAsLong() == refusal.offset());
    }
    assertTrue(isListed, () -> refusal.getMessage() + " is none of " + violations);
  }
}
