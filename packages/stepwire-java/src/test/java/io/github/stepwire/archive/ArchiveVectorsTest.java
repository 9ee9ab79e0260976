package io.github.stepwire.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.stepwire.v1.MessageCreation;
import io.github.stepwire.v1.RunStep;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The archives of all languages; packages/conformance/vectors/README.md describes them. */
class ArchiveVectorsTest {
  private static final Path DIRECTORY = Path.of("../conformance/vectors/archives");
  private static final HexFormat HEX = HexFormat.of();

  /** A case, which prints as its name. */
  record Case(String name, JsonObject json) {
    byte[] archive() {
      return HEX.parseHex(json.get("archive").getAsString());
    }

    List<String> documents() {
      List<String> documents = new ArrayList<>();
      json.getAsJsonArray("documents").forEach(each -> documents.add(each.getAsString()));
      return documents;
    }

    ArchiveReader.Builder options() {
      ArchiveReader.Builder builder = ArchiveReader.builder();
      JsonObject options = json.getAsJsonObject("options");
      if (options != null && options.has("maxBytes")) {
        builder.maxBytes(options.get("maxBytes").getAsInt());
      }
      if (options != null && options.has("maxBlockBytes")) {
        builder.maxBlockBytes(options.get("maxBlockBytes").getAsInt());
      }
      return builder;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Case> read(String member) throws IOException {
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
    return cases.stream().filter(each -> each.json().has(member));
  }

  static Stream<Case> archives() throws IOException {
    return read("archive");
  }

  static Stream<Case> recoveries() throws IOException {
    return read("recovered");
  }

  static Stream<Case> written() throws IOException {
    return read("id");
  }

  /** The bytes at once, then a byte at a time. */
  private static List<InputStream> sources(byte[] bytes) {
    return List.of(
        new ByteArrayInputStream(bytes),
        new ByteArrayInputStream(bytes) {
          @Override
          public int read(byte[] target, int at, int size) {
            return super.read(target, at, Math.min(size, 1));
          }
        });
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("archives")
  void readerReturnsTheDocumentsBeforeAnError(Case vector) {
    for (InputStream source : sources(vector.archive())) {
      List<String> documents = new ArrayList<>();
      ArchiveException error = null;
      try {
        for (ArchiveDocument each : vector.options().open(source)) {
          documents.add(HEX.formatHex(each.bytes()));
          assertEquals(documents.size(), each.number());
          if (vector.json().has("type") && documents.size() == 1) {
            assertEquals(vector.json().get("type").getAsString(), each.type());
          }
        }
      } catch (ArchiveException exception) {
        error = exception;
      }
      assertEquals(vector.documents(), documents);
      JsonObject expected = vector.json().getAsJsonObject("error");
      if (expected == null) {
        assertNull(error);
        continue;
      }
      assertNotNull(error);
      assertEquals(expected.get("code").getAsString(), error.code().toString(), error.getMessage());
      assertEquals(expected.get("offset").getAsLong(), error.offset());
      assertEquals(expected.get("document").getAsLong(), error.document());
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("recoveries")
  void readerContinuesAfterDamage(Case vector) {
    JsonObject expected = vector.json().getAsJsonObject("recovered");
    for (InputStream source : sources(vector.archive())) {
      JsonArray lost = new JsonArray();
      ArchiveReader reader =
          vector.options().onDamage(damage -> lost.add(describe(damage))).open(source);
      JsonArray documents = new JsonArray();
      for (ArchiveDocument each : reader) {
        JsonArray pair = new JsonArray();
        pair.add(each.number());
        pair.add(HEX.formatHex(each.bytes()));
        documents.add(pair);
      }
      assertEquals(expected.getAsJsonArray("documents").toString(), documents.toString());
      assertEquals(expected.getAsJsonArray("lost").toString(), lost.toString());
    }
  }

  private static JsonObject describe(Damage damage) {
    JsonObject json = new JsonObject();
    json.addProperty("code", damage.reason().code().toString());
    json.addProperty("start", damage.start());
    json.addProperty("end", damage.end());
    json.addProperty("first", damage.first());
    json.addProperty("last", damage.last() < 0 ? null : damage.last());
    return json;
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("written")
  void writerWritesTheArchive(Case vector) throws IOException {
    byte[] id = HEX.parseHex(vector.json().get("id").getAsString());
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    List<String> documents = vector.documents();
    int at = 0;
    try (ArchiveWriter writer =
        ArchiveWriter.builder(vector.json().get("type").getAsString())
            .id(ByteBuffer.wrap(id).order(ByteOrder.LITTLE_ENDIAN).getLong())
            .open(output)) {
      for (JsonElement count : vector.json().getAsJsonArray("blocks")) {
        for (int end = at + count.getAsInt(); at < end; at++) {
          writer.write(HEX.parseHex(documents.get(at)));
        }
        writer.flush();
      }
    }
    assertEquals(vector.json().get("archive").getAsString(), HEX.formatHex(output.toByteArray()));
  }

  @Test
  void compressedArchiveComesBack() throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    byte[] delimited = {2, 10, 0, 0};
    try (ArchiveWriter writer =
        ArchiveWriter.builder("stepwire.v1.MessageCreation").zstd().blockBytes(9).open(output)) {
      writer.write(MessageCreation.newBuilder().setMessageId("m").build());
      writer.writeDelimited(delimited);
      assertThrows(
          IllegalArgumentException.class, () -> writer.write(RunStep.getDefaultInstance()));
      assertThrows(ArchiveException.class, () -> writer.writeDelimited(new byte[] {0, 5}));
      for (int index = 0; index < 100; index++) {
        writer.write(new byte[] {10, 1, 'x'});
      }
    }
    try (Stream<ArchiveDocument> documents =
        ArchiveReader.open(new ByteArrayInputStream(output.toByteArray())).stream()) {
      List<ArchiveDocument> all = documents.toList();
      assertEquals(103, all.size());
      assertArrayEquals(new byte[] {10, 1, 'm'}, all.get(0).bytes());
      assertArrayEquals(new byte[] {10, 0}, all.get(1).bytes());
      assertArrayEquals(new byte[0], all.get(2).bytes());
      assertEquals("stepwire.v1.MessageCreation", all.get(102).type());
    }
  }
}
