package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of all languages, through the kernel and through the messages of Protobuf. */
class VectorsTest {
  private static final Map<String, Transcoder> TRANSCODERS = new HashMap<>();

  /**
   * protobuf-java keeps the content of an arm of a oneof while another arm is read, and merges it
   * into the first when that comes again. Protobuf says that it starts anew.
   */
  private static final Set<String> MISREAD_BY_THE_LIBRARY =
      Set.of("binary: an arm that comes again after another starts anew");

  static Stream<Vector> documents() throws IOException {
    return Vector.readAll().stream().filter(vector -> !vector.isBinary());
  }

  static Stream<Vector> binaries() throws IOException {
    return Vector.readAll().stream().filter(Vector::isBinary);
  }

  static Stream<Vector> messages() throws IOException {
    return Vector.readAll().stream().filter(vector -> vector.message() != null);
  }

  static Stream<Vector> unknownFields() throws IOException {
    return Vector.readAll().stream().filter(Vector::refusesUnknownFields);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("documents")
  void documentGivesBinaryAndComesBack(Vector vector) {
    byte[] json = vector.document();
    for (Mode mode : Mode.values()) {
      Transcoder transcoder = transcoderFor(vector, mode);
      List<JsonObject> violations = vector.violations(mode);
      if (!violations.isEmpty()) {
        assertRefused(violations, () -> transcoder.toBinary(json));
        continue;
      }
      byte[] binary = transcoder.toBinary(json);
      assertArrayEquals(vector.binary(), binary);
      assertEquals(vector.output(), new String(transcoder.toJson(binary), UTF_8));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("binaries")
  void binaryGivesDocument(Vector vector) {
    Transcoder transcoder = transcoderFor(vector, Mode.PRESERVE);
    byte[] binary = vector.fromBinary();
    List<JsonObject> violations = vector.violations(Mode.PRESERVE);
    if (violations.isEmpty()) {
      assertEquals(vector.output(), new String(transcoder.toJson(binary), UTF_8));
    } else {
      assertRefused(violations, () -> transcoder.toJson(binary));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("messages")
  void messageHoldsAll(Vector vector) throws ReflectiveOperationException, IOException {
    Message type = messageType(vector.schema());
    byte[] binary = vector.isBinary() ? vector.fromBinary() : vector.binary();
    Message message = type.getParserForType().parseFrom(binary);
    if (MISREAD_BY_THE_LIBRARY.contains(vector.name())) {
      assertThrows(AssertionError.class, () -> assertMessage(vector.message(), message));
      return;
    }
    assertMessage(vector.message(), message);
    byte[] again = message.toByteArray();
    assertMessage(vector.message(), type.getParserForType().parseFrom(again));
    // The library writes JSON with the same value.
    String output = new String(transcoderFor(vector, Mode.PRESERVE).toJson(again), UTF_8);
    assertEquals(
        Vector.value(JsonParser.parseString(vector.output())),
        Vector.value(JsonParser.parseString(output)));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("unknownFields")
  void messageKeepsUnknownFields(Vector vector) throws ReflectiveOperationException, IOException {
    Message type = messageType(vector.schema());
    byte[] again = type.getParserForType().parseFrom(vector.fromBinary()).toByteArray();
    Transcoder transcoder = transcoderFor(vector, Mode.PRESERVE);
    assertThrows(RefusedException.class, () -> transcoder.toJson(again));
  }

  /** One transcoder for each schema and set of options. */
  private static Transcoder transcoderFor(Vector vector, Mode mode) {
    String key = vector.schema() + mode + vector.limits() + vector.refusesUnknownFields();
    return TRANSCODERS.computeIfAbsent(
        key,
        each -> {
          Transcoder.Builder builder = Transcoder.builder(vector.schema()).mode(mode);
          JsonObject limits = vector.json().getAsJsonObject("limits");
          if (limits != null && limits.has("maxDepth")) {
            builder.maxDepth(limits.get("maxDepth").getAsInt());
          }
          if (limits != null && limits.has("maxBytes")) {
            builder.maxBytes(limits.get("maxBytes").getAsInt());
          }
          return vector.refusesUnknownFields()
              ? builder.refuseUnknownFields().build()
              : builder.build();
        });
  }

  /** The first reason that the kernel meets is one of all that the vector lists. */
  private static void assertRefused(List<JsonObject> violations, Runnable conversion) {
    RefusedException refusal = assertThrows(RefusedException.class, conversion::run);
    boolean isListed =
        violations.stream()
            .anyMatch(
                each ->
                    each.get("code").getAsString().equals(refusal.code().toString())
                        && each.get("pointer").getAsString().equals(refusal.pointer())
                        && (!each.has("offset")
                            || each.get("offset").getAsLong() == refusal.offset()));
    assertTrue(isListed, () -> refusal.getMessage() + " is none of " + violations);
  }

  static Message messageType(String name) throws ReflectiveOperationException {
    Class<?> type = Class.forName("io.github." + name);
    return (Message) type.getMethod("getDefaultInstance").invoke(null);
  }

  private static void assertMessage(JsonElement expected, Message message)
      throws InvalidProtocolBufferException {
    JsonElement found = JsonParser.parseString(JsonFormat.printer().print(message));
    assertEquals(Vector.value(expected), Vector.value(found));
  }
}
