package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Values;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures Stepwire in Java, and the same work without it. {@code pnpm bench languages} runs it:
 * the parameters are a file of documents and how many milliseconds a set is measured; a line of
 * output has the times of one contender.
 */
final class Benchmark {
  /** The longest nanoseconds of a block in the fastest contender, and in the slowest. */
  private static final double FASTEST_BLOCK = 700e3;

  private static final double SLOWEST_BLOCK = 2e6;

  private static final int LEAST_ROUNDS = 7;

  /** The part of the time that is not counted. */
  private static final double WARM_UP = 0.2;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The last result of a contender, kept so that the compiler does not remove the work. */
  private static volatile Object made;

  private Benchmark() {}

  /** A line of the file; {@code binary} is what Node makes of it. */
  record Document(String set, String schema, byte[] json, byte[] binary) {
    static Document of(String line) {
      try {
        JsonNode node = MAPPER.readTree(line);
        return new Document(
            node.get("set").textValue(),
            node.get("schema").textValue(),
            node.get("json").textValue().getBytes(UTF_8),
            node.get("binary").binaryValue());
      } catch (IOException exception) {
        throw new IllegalArgumentException(exception);
      }
    }
  }

  /** Converts the documents from one index to before another. */
  interface Conversion {
    void convert(int from, int to) throws Exception;
  }

  /** Converts a document. */
  interface Single {
    Object convert(byte[] json) throws Exception;
  }

  /** One way to convert the documents of a set. */
  record Contender(String name, Conversion conversion) {
    /** Returns one that converts a document at a time. */
    static Contender ofEach(String name, List<Document> documents, Single single) {
      return new Contender(
          name,
          (from, to) -> {
            for (int index = from; index < to; index++) {
              made = single.convert(documents.get(index).json());
            }
          });
    }

    /** Converts documents, and returns the nanoseconds. */
    long time(int from, int to) throws Exception {
      long start = System.nanoTime();
      conversion.convert(from, to);
      return System.nanoTime() - start;
    }

    /** Converts all documents for some nanoseconds, and returns the shortest time. */
    long warmUp(List<Document> documents, double nanoseconds) throws Exception {
      long start = System.nanoTime();
      long shortest = Long.MAX_VALUE;
      do {
        shortest = Math.min(shortest, time(0, documents.size()));
      } while (System.nanoTime() - start < nanoseconds);
      return shortest;
    }
  }

  public static void main(String[] arguments) throws Exception {
    double nanoseconds = Long.parseLong(arguments[1]) * 1e6;
    for (List<Document> documents : read(Path.of(arguments[0]))) {
      List<Contender> contenders = contendersFor(documents);
      List<List<List<Double>>> times = measure(contenders, documents, nanoseconds);
      for (int index = 0; index < contenders.size(); index++) {
        Map<String, Object> result =
            Map.of(
                "set", documents.get(0).set(),
                "contender", contenders.get(index).name(),
                "documents", documents.size(),
                "blocks", times.get(index));
        System.out.println(MAPPER.writeValueAsString(result));
      }
    }
  }

  /** Reads a file in which the documents of a set follow one another. */
  private static List<List<Document>> read(Path file) throws IOException {
    List<List<Document>> sets = new ArrayList<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines
          .map(Document::of)
          .forEachOrdered(
              document -> {
                if (sets.isEmpty()
                    || !sets.get(sets.size() - 1).get(0).set().equals(document.set())) {
                  sets.add(new ArrayList<>());
                }
                sets.get(sets.size() - 1).add(document);
              });
    }
    return sets;
  }

  private static List<Contender> contendersFor(List<Document> documents) throws IOException {
    String schema = documents.get(0).schema();
    Transcoder transcoder = Transcoder.builder(schema).engine(Engine.NATIVE).build();
    Transcoder pure = Transcoder.builder(schema).engine(Engine.PURE).build();
    for (Document document : documents) {
      check(transcoder, document);
      check(pure, document);
    }
    return List.of(
        Contender.ofEach("stepwire", documents, transcoder::toBinary),
        Contender.ofEach("parse", documents, MAPPER::readTree),
        Contender.ofEach("struct", documents, Benchmark::structToBinary),
        lines("lines", documents, transcoder::packLines),
        lines("parseLines", documents, Benchmark::parseLines),
        Contender.ofEach("pure", documents, pure::toBinary));
  }

  /** Returns one that converts all documents of a block in one call. */
  private static Contender lines(String name, List<Document> documents, Single conversion)
      throws IOException {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    int[] starts = new int[documents.size() + 1];
    for (int index = 0; index < documents.size(); index++) {
      joined.write(documents.get(index).json());
      joined.write('\n');
      starts[index + 1] = joined.size();
    }
    byte[] all = joined.toByteArray();
    // The lines of a block are copied before they are measured.
    Map<List<Integer>, byte[]> blocks = new HashMap<>();
    return new Contender(
        name,
        (from, to) ->
            made =
                conversion.convert(
                    blocks.computeIfAbsent(
                        List.of(from, to),
                        block -> Arrays.copyOfRange(all, starts[from], starts[to]))));
  }

  private static Object parseLines(byte[] lines) throws IOException {
    try (MappingIterator<JsonNode> nodes = MAPPER.readerFor(JsonNode.class).readValues(lines)) {
      JsonNode last = null;
      while (nodes.hasNext()) {
        last = nodes.next();
      }
      return last;
    }
  }

  /** Compares what the contenders make before anything is timed. */
  private static void check(Transcoder transcoder, Document document) throws IOException {
    if (!Arrays.equals(transcoder.toBinary(document.json()), document.binary())) {
      throw new IllegalStateException(document.set() + ": not the bytes of Node");
    }
    Struct written = Struct.parseFrom(structToBinary(document.json()));
    JsonNode again = MAPPER.readTree(JsonFormat.printer().print(written));
    Comparator<JsonNode> byValue =
        (one, other) -> {
          boolean areNumbers = one.isNumber() && other.isNumber();
          boolean areSame =
              areNumbers ? one.doubleValue() == other.doubleValue() : one.equals(other);
          return areSame ? 0 : 1;
        };
    if (!MAPPER.readTree(document.json()).equals(byValue, again)) {
      throw new IllegalStateException(document.set() + ": the Struct is not the same");
    }
  }

  /**
   * Returns the milliseconds of each contender, by block and round. Like {@code
   * packages/bench/src/speed/blocks.ts}: each contender converts a block of documents before any of
   * them converts the next block, and another contender begins each round.
   */
  private static List<List<List<Double>>> measure(
      List<Contender> contenders, List<Document> documents, double nanoseconds) throws Exception {
    double fastest = Double.MAX_VALUE;
    double slowest = 0;
    for (Contender contender : contenders) {
      double share = nanoseconds * WARM_UP / contenders.size();
      long shortest = contender.warmUp(documents, share);
      fastest = Math.min(fastest, shortest);
      slowest = Math.max(slowest, shortest);
    }
    int count = documents.size();
    double blocks = Math.max(fastest / FASTEST_BLOCK, slowest / SLOWEST_BLOCK);
    int parts = Math.min(Math.max((int) Math.ceil(blocks), 1), count);
    List<List<List<Double>>> times = new ArrayList<>();
    for (int index = 0; index < contenders.size(); index++) {
      times.add(
          IntStream.range(0, parts).<List<Double>>mapToObj(part -> new ArrayList<>()).toList());
    }
    long start = System.nanoTime();
    for (int round = 0;
        round < LEAST_ROUNDS || System.nanoTime() - start < nanoseconds * (1 - WARM_UP);
        round++) {
      for (int part = 0; part < parts; part++) {
        for (int turn = 0; turn < contenders.size(); turn++) {
          int index = (turn + round + part) % contenders.size();
          long time = contenders.get(index).time(part * count / parts, (part + 1) * count / parts);
          times.get(index).get(part).add(time / 1e6);
        }
      }
    }
    return times;
  }

  /** How JSON of unknown shape gets into Protobuf. */
  private static byte[] structToBinary(byte[] json) throws IOException {
    return toStruct(MAPPER.readTree(json)).toByteArray();
  }

  private static Struct toStruct(JsonNode object) {
    Struct.Builder builder = Struct.newBuilder();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      builder.putFields(member.getKey(), toValue(member.getValue()));
    }
    return builder.build();
  }

  private static Value toValue(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> Values.of(toStruct(node));
      case ARRAY -> {
        ListValue.Builder list = ListValue.newBuilder();
        node.forEach(element -> list.addValues(toValue(element)));
        yield Values.of(list.build());
      }
      case NUMBER -> Values.of(node.doubleValue());
      case STRING -> Values.of(node.textValue());
      case BOOLEAN -> Values.of(node.booleanValue());
      case NULL -> Values.ofNull();
      default -> throw new IllegalArgumentException("no JSON: " + node.getNodeType());
    };
  }
}
