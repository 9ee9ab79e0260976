package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Measures Stepwire in Java, and the same work without it. {@code pnpm bench languages} runs it:
 * the parameters are a file of documents, how many rounds to measure, and how many milliseconds a
 * contender has in each; a line of output has the times of one contender.
 */
final class Benchmark {
  /** As many are not counted. */
  private static final int WARM_UP_ROUNDS = 50;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The last result of a contender, kept so that the compiler does not remove the work. */
  private static volatile Object made;

  private Benchmark() {}

  /** A line of the file; {@code binary} is what Node makes of it. */
  record Document(String name, String schema, byte[] json, byte[] binary) {
    static Document of(String line) {
      try {
        JsonNode node = MAPPER.readTree(line);
        return new Document(
            node.get("name").textValue(),
            node.get("schema").textValue(),
            node.get("json").textValue().getBytes(UTF_8),
            node.get("binary").binaryValue());
      } catch (IOException exception) {
        throw new IllegalArgumentException(exception);
      }
    }
  }

  /** One way to do the work. */
  record Contender(String name, Callable<Object> run) {
    /** How many microseconds one run takes, as the mean of so many. */
    double time(int runs) throws Exception {
      long start = System.nanoTime();
      for (int count = 0; count < runs; count++) {
        made = run.call();
      }
      return (System.nanoTime() - start) / 1e3 / runs;
    }

    /** Warms up, and says how many runs fill a round. */
    int prepare(long milliseconds) throws Exception {
      long end = System.nanoTime() + WARM_UP_ROUNDS * milliseconds * 1_000_000;
      int runs = 0;
      while (System.nanoTime() < end) {
        made = run.call();
        runs++;
      }
      return Math.max(runs / WARM_UP_ROUNDS, 1);
    }
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[1]);
    long milliseconds = Long.parseLong(arguments[2]);
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      Document document = Document.of(line);
      List<Contender> contenders = contendersFor(document);
      List<double[]> times = measure(contenders, rounds, milliseconds);
      for (int index = 0; index < contenders.size(); index++) {
        Map<String, Object> result =
            Map.of(
                "document", document.name(),
                "contender", contenders.get(index).name(),
                "times", times.get(index));
        System.out.println(MAPPER.writeValueAsString(result));
      }
    }
  }

  private static List<Contender> contendersFor(Document document) throws IOException {
    byte[] json = document.json();
    Transcoder transcoder = Transcoder.of(document.schema());
    check(transcoder, document);
    return List.of(
        new Contender("stepwire", () -> transcoder.toBinary(json)),
        new Contender("parse", () -> MAPPER.readTree(json)),
        new Contender("struct", () -> structToBinary(json)));
  }

  /** Compares what the contenders make before anything is timed. */
  private static void check(Transcoder transcoder, Document document) throws IOException {
    if (!Arrays.equals(transcoder.toBinary(document.json()), document.binary())) {
      throw new IllegalStateException(document.name() + ": not the bytes of Node");
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
      throw new IllegalStateException(document.name() + ": the Struct is not the same");
    }
  }

  /** In every round each contender has its turn. */
  private static List<double[]> measure(List<Contender> contenders, int rounds, long milliseconds)
      throws Exception {
    int[] runs = new int[contenders.size()];
    List<double[]> times = new ArrayList<>();
    for (int index = 0; index < runs.length; index++) {
      runs[index] = contenders.get(index).prepare(milliseconds);
      times.add(new double[rounds]);
    }
    for (int round = 0; round < rounds; round++) {
      for (int index = 0; index < runs.length; index++) {
        times.get(index)[round] = contenders.get(index).time(runs[index]);
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
