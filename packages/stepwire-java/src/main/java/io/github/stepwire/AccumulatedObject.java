package io.github.stepwire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

/** An object that the events of a stream add up to. It is for the thread of its accumulator. */
public final class AccumulatedObject {
  private final Accumulator accumulator;
  private final int number;
  private final String type;
  private final String id;

  AccumulatedObject(Accumulator accumulator, int number, String type, String id) {
    this.accumulator = accumulator;
    this.number = number;
    this.type = type;
    this.id = id;
  }

  int number() {
    return number;
  }

  /** Returns the full name of its type, such as {@code acme.v1.Thing}. */
  public String type() {
    return type;
  }

  /** Returns its identifier. */
  public String id() {
    return id;
  }

  /**
   * Returns the object as it is now, as a binary message. It takes time in proportion to the size
   * of the object.
   *
   * @throws IllegalStateException if the object was removed, or its accumulator is closed
   */
  public byte[] toByteArray() {
    return accumulator.snapshot(number);
  }

  /**
   * Returns the object as it is now.
   *
   * @param message any message of its type, such as the default instance
   * @throws IllegalArgumentException if the message is of another type
   */
  public <M extends Message> M toMessage(M message) {
    String name = message.getDescriptorForType().getFullName();
    if (!name.equals(type)) {
      throw new IllegalArgumentException("the object is of type " + type + ", not " + name);
    }
    try {
      // A parser returns messages of its own type.
      @SuppressWarnings("unchecked")
      M parsed = (M) message.getParserForType().parseFrom(toByteArray());
      return parsed;
    } catch (InvalidProtocolBufferException exception) {
      throw new KernelException("the accumulator wrote what is no message", exception);
    }
  }
}
