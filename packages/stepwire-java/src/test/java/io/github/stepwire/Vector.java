package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The vectors that all languages share; packages/conformance/vectors/README.md describes them.
 *
 * @param name what it is about, with its file
 * @param json its members
 */
record Vector(String name, JsonObject json) {
  private static final Path DIRECTORY = Path.of("../conformance/vectors");

  /** Reads all vectors; none outside of the project's repository. */
  static List<Vector> readAll() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    if (!Files.isDirectory(DIRECTORY)) {
      return vectors;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(DIRECTORY, "*.json")) {
      for (Path file : files) {
        JsonObject read = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        for (JsonElement each : read.getAsJsonArray("cases")) {
          JsonObject vector = each.getAsJsonObject();
          String name = vector.get("name").getAsString();
          vectors.add(new Vector(read.get("topic").getAsString() + ": " + name, vector));
        }
      }
    }
    return vectors;
  }

  String schema() {
    return json.get("schema").getAsString();
  }

  boolean isBinary() {
    return json.has("fromBinary");
  }

  boolean refusesUnknownFields() {
    return json.has("refuseUnknownFields");
  }

  /** The options that it asks for, as a text that tells different ones apart. */
  String limits() {
    return String.valueOf(json.get("limits"));
  }

  byte[] document() {
    return json.has("json")
        ? json.get("json").getAsString().getBytes(UTF_8)
        : Base64.getDecoder().decode(json.get("jsonBase64").getAsString());
  }

  byte[] fromBinary() {
    return HexFormat.of().parseHex(json.get("fromBinary").getAsString());
  }

  /** The binary form of the document; null if every mode refuses it. */
  byte[] binary() {
    return json.has("binary") ? HexFormat.of().parseHex(json.get("binary").getAsString()) : null;
  }

  /** The JSON text; null if there is none. */
  String output() {
    return json.has("output") ? json.get("output").getAsString() : null;
  }

  /** The message as ProtoJSON; null if there is none. */
  JsonElement message() {
    return json.get("message");
  }

  /** Those of its violations that a mode refuses it for; all of a binary's. */
  List<JsonObject> violations(Mode mode) {
    List<JsonObject> refused = new ArrayList<>();
    if (json.has("violations")) {
      for (JsonElement each : json.getAsJsonArray("violations")) {
        JsonArray modes = each.getAsJsonObject().getAsJsonArray("modes");
        if (modes == null || modes.contains(new JsonPrimitive(nameOf(mode)))) {
          refused.add(each.getAsJsonObject());
        }
      }
    }
    return refused;
  }

  private static String nameOf(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  /** The same JSON with numbers as doubles, to be compared. */
  static Object value(JsonElement element) {
    if (element instanceof JsonObject object) {
      Map<String, Object> members = new HashMap<>();
      object.entrySet().forEach(each -> members.put(each.getKey(), value(each.getValue())));
      return members;
    }
    if (element instanceof JsonArray array) {
      List<Object> elements = new ArrayList<>();
      array.forEach(each -> elements.add(value(each)));
      return elements;
    }
    if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
      // Adding 0 makes -0 the same as 0, as numbers in JSON are.
      return primitive.getAsDouble() + 0.0;
    }
    return element;
  }
}
