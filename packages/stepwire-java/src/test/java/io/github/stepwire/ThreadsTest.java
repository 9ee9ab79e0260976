package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Eight threads use the same transcoders at once, and compare all bytes. */
class ThreadsTest {
  private static final int THREADS = 8;
  private static final String CHAT = "stepwire.chat.v1.ChatCompletionStreamEvent";
  private static final String CREATION = "stepwire.v1.MessageCreation";
  private static final byte[] WRONG = "{\"message_id\":1}".getBytes(UTF_8);

  private static final Transcoder CREATIONS = Transcoder.of(CREATION);
  private static final Transcoder EVENTS = Transcoder.of(CHAT);

  private static byte[] creation(int number) {
    // Some are so large that the memory of a kernel grows.
    int size = number % 1000 == 999 ? 300_000 : number % 300;
    return ("{\"message_id\":\"" + number + "x".repeat(size) + "\"}").getBytes(UTF_8);
  }

  private static byte[] stream(int number) {
    return ("data: {\"id\":\"c_"
            + number
            + "\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"é\"},"
            + "\"finish_reason\":null}]}\n\ndata: [DONE]\n\n")
        .getBytes(UTF_8);
  }

  private static void convert(int number) throws IOException {
    byte[] json = creation(number);
    byte[] binary = CREATIONS.toBinary(json);
    assertEquals(
        json.length - 17 + (json.length - 17 < 128 ? 2 : json.length < 17_000 ? 3 : 4),
        binary.length);
    assertArrayEquals(json, CREATIONS.toJson(binary));
    if (number % 10 == 0) {
      assertThrows(RefusedException.class, () -> CREATIONS.toBinary(WRONG));
    }
    if (number % 100 == 0) {
      byte[] lines = (new String(json, UTF_8) + "\n").repeat(3).getBytes(UTF_8);
      assertArrayEquals(lines, CREATIONS.unpackLines(CREATIONS.packLines(lines)));
      List<byte[]> events = EventDecoder.builder(EVENTS).build().decode(stream(number));
      assertEquals(2, events.size());
      var output = new java.io.ByteArrayOutputStream();
      new EventEncoder(EVENTS, output).write(events);
      assertArrayEquals(stream(number), output.toByteArray());
      try (Accumulator accumulator = Accumulator.of(CHAT)) {
        accumulator.apply(events.get(0));
        assertEquals("c_" + number, accumulator.objects().get(0).id());
      }
    }
  }

  private static void convertAtOnce(int from, int to) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Future<Void>> results = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = from + thread;
        Callable<Void> work =
            () -> {
              start.await();
              for (int number = first; number < to; number += THREADS) {
                convert(number);
              }
              return null;
            };
        results.add(threads.submit(work));
      }
      for (Future<Void> result : results) {
        result.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void eightThreadsGetTheirOwnResults() throws Exception {
    convertAtOnce(0, 4000);
  }

  @Test
  @Tag("long")
  void aMillionCallsTakeNoMoreMemory() throws Exception {
    convertAtOnce(0, 100_000);
    long before = residentBytes();
    convertAtOnce(100_000, 600_000);
    for (int number = 0; number < 300; number++) {
      // Nobody closes these; the garbage collector releases them.
      Transcoder transcoder = Transcoder.of(CREATION);
      assertArrayEquals(creation(7), transcoder.toJson(transcoder.toBinary(creation(7))));
    }
    long grown = residentBytes() - before;
    System.out.println(
        Transcoder.engine() + ": 1,000,000 conversions, " + (grown >> 10) + " KiB more memory");
    assertTrue(grown < 96 << 20, grown + " bytes more");
  }

  /** Returns the memory of this process that is in use: heap after a collection, and the rest. */
  private static long residentBytes() throws Exception {
    for (int round = 0; round < 3; round++) {
      System.gc();
      Thread.sleep(200);
    }
    Path status = Path.of("/proc/self/statm");
    if (Files.exists(status)) {
      return 4096L * Long.parseLong(Files.readString(status).split(" ")[1]);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
