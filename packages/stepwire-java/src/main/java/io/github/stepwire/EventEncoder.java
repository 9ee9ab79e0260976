package io.github.stepwire;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Writes binary event messages as server-sent events. It is for one stream, and for one thread at a
 * time.
 */
public final class EventEncoder {
  private static final int LAST = 1;

  private final Transcoder transcoder;
  private final OutputStream target;
  private long events;

  /**
   * Makes an encoder.
   *
   * @param transcoder of an event message, such as {@code acme.v1.Event}
   * @param target gets all events of a call in one write
   */
  public EventEncoder(Transcoder transcoder, OutputStream target) {
    this.transcoder = transcoder;
    this.target = target;
  }

  /**
   * Writes an event.
   *
   * @throws RefusedException if the message is malformed, or has no JSON form
   */
  public void write(byte[] event) throws IOException {
    write(List.of(event));
  }

  /** Writes a message as an event. */
  public void write(Message event) throws IOException {
    transcoder.checkType(event);
    write(event.toByteArray());
  }

  /**
   * Writes events that came together.
   *
   * @throws RefusedException if a message is malformed, or has no JSON form. The events before it
   *     are written, those after it are not
   */
  public void write(List<byte[]> batch) throws IOException {
    int size = 0;
    for (byte[] event : batch) {
      size = Math.addExact(size, Delimited.prefixOf(event.length) + event.length);
    }
    byte[] input = new byte[size];
    int at = 0;
    for (byte[] event : batch) {
      at = Delimited.write(input, at, event.length);
      System.arraycopy(event, 0, input, at, event.length);
      at += event.length;
    }
    RefusedException[] refusal = new RefusedException[1];
    byte[] output =
        transcoder.withKernel(
            kernel -> {
              Kernel.Chunk chunk =
                  transcoder.convertMany(
                      kernel,
                      Function.UNPACK_EVENTS,
                      input,
                      0,
                      input.length,
                      transcoder.maxBytes(),
                      LAST);
              events += chunk.documents();
              if (chunk.refused() != null) {
                events++;
                refusal[0] = kernel.refusal().inside(events, chunk.consumed(), chunk.end());
              }
              return chunk.output();
            });
    target.write(output);
    if (refusal[0] != null) {
      throw refusal[0];
    }
  }
}
