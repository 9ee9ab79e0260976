package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Reads messages and writes them again: through a message of Protobuf's own library, to JSON and
 * back. packages/conformance/test/languages runs one such program of each language behind the
 * other. A line is the full name of a message, a blank and the message in hexadecimal.
 */
final class Filter {
  private static final Map<String, Transcoder> TRANSCODERS = new HashMap<>();

  private Filter() {}

  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    HexFormat hex = HexFormat.of();
    try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        PrintStream output = new PrintStream(System.out, false, UTF_8)) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        int blank = line.indexOf(' ');
        String name = line.substring(0, blank);
        byte[] again = rewrite(name, hex.parseHex(line.substring(blank + 1)));
        output.print(name + " " + hex.formatHex(again) + "\n");
      }
    }
  }

  private static byte[] rewrite(String name, byte[] binary)
      throws IOException, ReflectiveOperationException {
    Transcoder transcoder =
        TRANSCODERS.computeIfAbsent(
            name, message -> Transcoder.builder(message).mode(Mode.ARCHIVE).maxDepth(1000).build());
    Message message = VectorsTest.messageType(name).getParserForType().parseFrom(binary);
    return transcoder.toBinary(transcoder.print(message));
  }
}
