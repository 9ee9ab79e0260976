package io.github.stepwire.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import io.github.stepwire.chat.v1.ChatCompletionStreamEvent;
import io.github.stepwire.v1.StreamEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The streams of all languages; packages/conformance/vectors/README.md describes them. */
class StreamVectorsTest {
  private static final Path DIRECTORY = Path.of("../conformance/vectors/streams");
  private static final Map<String, Descriptor> SCHEMAS =
      Map.of(
          "stepwire.v1.StreamEvent", StreamEvent.getDescriptor(),
          "stepwire.chat.v1.ChatCompletionStreamEvent", ChatCompletionStreamEvent.getDescriptor());

  /** A case, which prints as its name. */
  record Case(String name, JsonObject json) {
    byte[] bytes(String member) {
      return HexFormat.of().parseHex(json.get(member).getAsString());
    }

    List<NumberedEvent> events() {
      List<NumberedEvent> events = new ArrayList<>();
      for (JsonElement each : json.getAsJsonArray("events")) {
        JsonArray pair = each.getAsJsonArray();
        byte[] bytes = HexFormat.of().parseHex(pair.get(1).getAsString());
        events.add(new NumberedEvent(pair.get(0).getAsLong(), bytes));
      }
      return events;
    }

    StreamEncoding encoding() {
      return json.has("encoding")
          ? StreamEncoding.valueOf(json.get("encoding").getAsString().toUpperCase(Locale.ROOT))
          : StreamEncoding.IDENTITY;
    }

    StreamReader open(InputStream input) {
      StreamReader.Builder builder = StreamReader.builder().encoding(encoding());
      if (json.has("options")) {
        for (Map.Entry<String, JsonElement> each : json.getAsJsonObject("options").entrySet()) {
          int value = each.getValue().getAsInt();
          switch (each.getKey()) {
            case "firstNumber" -> builder.firstNumber(value);
            case "maxEventBytes" -> builder.maxEventBytes(value);
            case "maxStateBytes" -> builder.maxStateBytes(value);
            case "maxBlockBytes" -> builder.maxBlockBytes(value);
            case "maxExpansion" -> builder.maxExpansion(value);
            default -> throw new AssertionError("an unknown option " + each.getKey());
          }
        }
      }
      return builder.open(input);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** An input that returns at most so many bytes at once. */
  private static final class Pieces extends ByteArrayInputStream {
    private final int most;

    Pieces(byte[] bytes, int most) {
      super(bytes);
      this.most = most;
    }

    @Override
    public int read(byte[] buffer, int offset, int size) {
      return super.read(buffer, offset, Math.min(size, most));
    }
  }

  static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    if (!Files.isDirectory(DIRECTORY)) {
      return cases;
    }
    for (String file : List.of("written.json", "read.json")) {
      String text = Files.readString(DIRECTORY.resolve(file));
      for (JsonElement each :
          JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("cases")) {
        JsonObject json = each.getAsJsonObject();
        cases.add(new Case(json.get("name").getAsString(), json));
      }
    }
    assertTrue(cases.size() > 50, cases.size() + " cases");
    return cases;
  }

  static Stream<Case> written() throws IOException {
    return cases().stream().filter(each -> each.json().has("blocks"));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void isRead(Case vector) throws IOException {
    for (int piece : new int[] {Integer.MAX_VALUE, 7, 1}) {
      List<NumberedEvent> events = new ArrayList<>();
      RuntimeException failure = null;
      Iterator<NumberedEvent> reading =
          vector.open(new Pieces(vector.bytes("stream"), piece)).iterator();
      try {
        while (reading.hasNext()) {
          events.add(reading.next());
        }
      } catch (RuntimeException exception) {
        failure = exception;
      }
      JsonObject error = vector.json().getAsJsonObject("error");
      boolean isSooner =
          piece != Integer.MAX_VALUE
              && error != null
              && error.get("code").getAsString().equals("expands_too_much");
      // The limit is reached sooner, because the input is shorter.
      List<NumberedEvent> expected =
          isSooner ? vector.events().subList(0, events.size()) : vector.events();
      assertEquals(expected, events);
      if (error != null) {
        assertError(error, (StreamFormatException) failure, isSooner);
      } else if (vector.json().has("failure")) {
        assertArrayEquals(vector.bytes("failure"), ((StreamFailureException) failure).detail());
      } else {
        assertNull(failure);
      }
    }
  }

  private static void assertError(
      JsonObject expected, StreamFormatException failure, boolean isSooner) {
    assertEquals(expected.get("code").getAsString(), failure.code().toString());
    assertFalse(failure.expected().isEmpty());
    assertFalse(failure.found().isEmpty());
    if (expected.has("offset") && !isSooner) {
      assertEquals(expected.get("offset").getAsLong(), failure.offset(), failure.getMessage());
      assertEquals(expected.get("event").getAsLong(), failure.event(), failure.getMessage());
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("written")
  void isWrittenByteForByte(Case vector) throws IOException {
    assertArrayEquals(vector.bytes("stream"), write(vector, StreamEncoding.IDENTITY));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("written")
  void comesBackEqualFromCompression(Case vector) throws IOException {
    for (StreamEncoding encoding : StreamEncoding.values()) {
      InputStream input = new Pieces(write(vector, encoding), 5);
      try (Stream<NumberedEvent> events =
          StreamReader.builder().encoding(encoding).open(input).stream()) {
        assertEquals(vector.events(), events.toList());
      }
    }
  }

  private static byte[] write(Case vector, StreamEncoding encoding) throws IOException {
    List<NumberedEvent> events = vector.events();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StreamWriter.Builder builder =
        StreamWriter.builder(SCHEMAS.get(vector.json().get("schema").getAsString()))
            .encoding(encoding)
            .firstNumber(events.isEmpty() ? 1 : events.get(0).number());
    try (StreamWriter writer = builder.open(output)) {
      int start = 0;
      for (JsonElement each : vector.json().getAsJsonArray("blocks")) {
        List<NumberedEvent> block = events.subList(start, start + each.getAsInt());
        start += block.size();
        writer.write(
            block.stream().map(NumberedEvent::bytes).toList(),
            block.isEmpty() ? writer.nextNumber() : block.get(0).number());
      }
      writer.end();
    }
    return output.toByteArray();
  }
}
