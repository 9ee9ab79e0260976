package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adds up the events of a stream to objects, such as deltas to a completion. It is for one stream,
 * and for one thread at a time. The rules are those of the project's docs/accumulation.md, the same
 * in every language.
 */
public final class Accumulator implements AutoCloseable {
  /** How a stream ended. */
  public enum Ending {
    /** It is complete. */
    DONE,
    /** It failed. */
    ERROR
  }

  /** The first of the words with the texts of a refusal: for each, the place and the size. */
  private static final int TEXTS = 6;

  private final String message;
  private final int maxEventBytes;
  private final WasmInstance instance;
  private final Map<Integer, AccumulatedObject> known = new LinkedHashMap<>();

  private Accumulator(Builder builder) {
    message = builder.message;
    maxEventBytes = builder.maxEventBytes;
    instance = Engine.current().open(Program.ACCUMULATOR);
    try {
      instance.select(message, builder.plan);
      builder.limits.forEach(this::setLimit);
      if (builder.setNames != null) {
        StringBuilder names = new StringBuilder();
        builder.setNames.forEach(name -> names.append(name).append('\n'));
        instance.call(Function.SET_NAMES, load(names.toString()));
      }
      builder.objects.forEach(this::keep);
    } catch (RuntimeException failure) {
      instance.close();
      throw failure;
    }
  }

  /**
   * Returns an accumulator with the default options.
   *
   * @param message the full name of an event message, such as {@code acme.v1.Event}
   * @throws IllegalArgumentException if there is no such event message
   */
  public static Accumulator of(String message) {
    return builder(message).build();
  }

  /**
   * Begins an accumulator with other options.
   *
   * @param message the full name of an event message
   */
  public static Builder builder(String message) {
    return new Builder(message);
  }

  private void setLimit(Limit limit, int value) {
    if (instance.call(Function.SET_LIMIT, limit.ordinal(), value) == 0) {
      throw new IllegalArgumentException(limit + " is too small: " + value);
    }
  }

  private void keep(String type) {
    if (instance.call(Function.KEEP_OBJECT, load(type)) == 0) {
      throw new IllegalArgumentException("no event is about an object of type " + type);
    }
  }

  /**
   * Applies an event, in time in proportion to the size of the event.
   *
   * @return the changed object; none if the event is about no object
   * @throws AccumulationException if the event was refused. Nothing has changed then
   */
  public Optional<AccumulatedObject> apply(byte[] event) {
    if (event.length > maxEventBytes) {
      throw new AccumulationException(
          AccumulationCode.TOO_LARGE,
          "",
          "",
          "",
          "at most " + maxEventBytes + " bytes",
          event.length + " bytes");
    }
    instance.load(event, 0, event.length);
    int number = instance.call(Function.APPLY, event.length);
    if (number < 0) {
      throw refusal();
    }
    return number == 0 ? Optional.empty() : Optional.of(object(number));
  }

  /**
   * Applies an event.
   *
   * @throws AccumulationException if the event was refused
   * @throws IllegalArgumentException if it is not a message of the accumulator's type
   */
  public Optional<AccumulatedObject> apply(Message event) {
    String name = event.getDescriptorForType().getFullName();
    if (!name.equals(message)) {
      throw new IllegalArgumentException(
          "an accumulator of " + message + " was given a message of type " + name);
    }
    return apply(event.toByteArray());
  }

  /**
   * Applies events that each follow their size, such as those that {@link Transcoder#packLines}
   * returns.
   *
   * @return how many events were applied
   * @throws AccumulationException if an event was refused. Those before it have been applied
   */
  public int applyAll(byte[] events) {
    instance.load(events, 0, events.length);
    int count = instance.call(Function.APPLY_ALL, events.length);
    if (instance.word(Result.CODE) != 0) {
      throw refusal();
    }
    if (instance.word(Result.CONSUMED) != events.length) {
      throw new AccumulationException(
          AccumulationCode.MALFORMED_EVENT, "", "", "", "a complete event", "a part of one");
    }
    return count;
  }

  private AccumulationException refusal() {
    AccumulationCode code = AccumulationCode.of(instance.word(Result.CODE));
    if (code == null) {
      throw new KernelException("the accumulator stopped with code " + instance.word(Result.CODE));
    }
    return new AccumulationException(code, text(0), text(1), text(2), text(3), text(4));
  }

  private String text(int index) {
    int place = instance.word(TEXTS + 2 * index);
    int size = instance.word(TEXTS + 2 * index + 1);
    return size == 0 ? "" : new String(instance.read(place, size), UTF_8);
  }

  /** Returns all objects, in the order of their first events. */
  public List<AccumulatedObject> objects() {
    int count = instance.call(Function.OBJECT_COUNT);
    List<AccumulatedObject> objects = new ArrayList<>(count);
    for (int index = 0; index < count; index++) {
      objects.add(object(instance.call(Function.OBJECT_AT, index)));
    }
    return objects;
  }

  /**
   * Returns an object.
   *
   * @param type the full name of its type
   * @param id its identifier
   */
  public Optional<AccumulatedObject> get(String type, String id) {
    int typeSize = type.getBytes(UTF_8).length;
    int size = load(type + id);
    int number = instance.call(Function.FIND, typeSize, size - typeSize);
    return number == 0 ? Optional.empty() : Optional.of(object(number));
  }

  /** Removes an object, to make room for others. Returns whether it was there. */
  public boolean remove(AccumulatedObject object) {
    known.remove(object.number());
    return instance.call(Function.REMOVE, object.number()) != 0;
  }

  /** Returns how the stream ended; none if it has not. */
  public Optional<Ending> ended() {
    return switch (instance.call(Function.ENDED)) {
      case 1 -> Optional.of(Ending.DONE);
      case 2 -> Optional.of(Ending.ERROR);
      default -> Optional.empty();
    };
  }

  /** Returns the size of all objects, in the unit of {@link Builder#maxSize}. */
  public long size() {
    return Integer.toUnsignedLong(instance.call(Function.SIZE));
  }

  /**
   * Releases the memory. All other methods throw an {@link IllegalStateException} afterwards, and
   * so does reading an object. Another thread may call this too.
   */
  @Override
  public void close() {
    instance.close();
  }

  byte[] snapshot(int number) {
    return output(instance.call(Function.SNAPSHOT, number));
  }

  private AccumulatedObject object(int number) {
    AccumulatedObject object = known.get(number);
    if (object == null) {
      String type = new String(output(instance.call(Function.OBJECT_TYPE, number)), UTF_8);
      String id = new String(output(instance.call(Function.OBJECT_ID, number)), UTF_8);
      object = new AccumulatedObject(this, number, type, id);
      known.put(number, object);
    }
    return object;
  }

  private byte[] output(int size) {
    if (size < 0) {
      throw new IllegalStateException("the object was removed");
    }
    return instance.output(size);
  }

  /** Loads a text, and returns its size. */
  private int load(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    instance.load(bytes, 0, bytes.length);
    return bytes.length;
  }

  /** The limits, in the order of their numbers. */
  private enum Limit {
    MAX_OBJECTS("maxObjects"),
    MAX_ELEMENTS("maxElements"),
    MAX_MEMBERS("maxMembers"),
    MAX_INDEX_GAP("maxIndexGap"),
    MAX_SIZE("maxSize"),
    MAX_TEXT_LENGTH("maxTextLength");

    private final String option;

    Limit(String option) {
      this.option = option;
    }

    @Override
    public String toString() {
      return option;
    }
  }

  /** The options of an accumulator. */
  public static final class Builder {
    private final String message;
    private final Map<Limit, Integer> limits = new LinkedHashMap<>();
    private final List<String> objects = new ArrayList<>();
    private int maxEventBytes = 64 << 20;
    private Collection<String> setNames;
    private byte[] plan;

    private Builder(String message) {
      this.message = message;
    }

    /** How many objects there may be; 1,024 by default. */
    public Builder maxObjects(int objects) {
      return limit(Limit.MAX_OBJECTS, objects);
    }

    /** How many elements a list may have; 4,096 by default. */
    public Builder maxElements(int elements) {
      return limit(Limit.MAX_ELEMENTS, elements);
    }

    /**
     * How many members an object may have that the schema does not describe; 131,072 by default.
     */
    public Builder maxMembers(int members) {
      return limit(Limit.MAX_MEMBERS, members);
    }

    /** How many elements an index may skip; 64 by default. */
    public Builder maxIndexGap(int elements) {
      return limit(Limit.MAX_INDEX_GAP, elements);
    }

    /** How large all objects together may be, in about bytes; 64 MiB by default. */
    public Builder maxSize(int size) {
      return limit(Limit.MAX_SIZE, size);
    }

    /** How long unknown JSON may be that is merged, in characters; 1 MiB by default. */
    public Builder maxTextLength(int characters) {
      return limit(Limit.MAX_TEXT_LENGTH, characters);
    }

    /** How many bytes an event may have; 64 MiB by default. */
    public Builder maxEventBytes(int bytes) {
      maxEventBytes = bytes;
      return this;
    }

    private Builder limit(Limit limit, int value) {
      if (value < 0) {
        throw new IllegalArgumentException(limit + " is negative: " + value);
      }
      limits.put(limit, value);
      return this;
    }

    /** Selects members of unknown deltas that are set, not appended to, instead of the default. */
    public Builder setNames(Collection<String> names) {
      setNames = List.copyOf(names);
      return this;
    }

    /**
     * Accumulates objects of some types only; by default, of all.
     *
     * @param types full names of messages, such as {@code acme.v1.Thing}
     */
    public Builder objects(String... types) {
      objects.addAll(List.of(types));
      return this;
    }

    /**
     * Accumulates events of your own schema.
     *
     * @param plan what {@code compileAccumulationPlan} of the same version of {@code
     *     @stepwire/accumulate} returns
     */
    public Builder plan(byte[] plan) {
      this.plan = plan.clone();
      return this;
    }

    /**
     * Returns the accumulator.
     *
     * @throws IllegalArgumentException if there is no such event message, or an option has a value
     *     that it cannot have
     */
    public Accumulator build() {
      return new Accumulator(this);
    }
  }
}
