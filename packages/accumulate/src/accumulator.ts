import { type DescMessage, isMessage, type Message, type MessageShape } from "@bufbuild/protobuf";
import { type Fields, fieldsOf, type ObjectMapping, oneofOf } from "@stepwire/mapping";
import { blankMessage } from "./blank.js";
import { MergeContext } from "./context.js";
import { Draft } from "./draft.js";
import type { Ending } from "./endings.js";
import { AccumulationError } from "./error.js";
import { compileEvents, type Events } from "./events.js";
import { freezeDeep, frozenSizeOf, sizeOf } from "./fields.js";
import { requireSameIdentity } from "./identity.js";
import { type AccumulatorOptions, type Limits, resolveLimits } from "./limits.js";
import { writeMember } from "./member.js";
import type { Change, ObjectEvent, Replacement } from "./object-event.js";
import { transaction } from "./persistent-map.js";

/**
 * Builds objects from the events of a stream, by the options of the event message and the rules in
 * docs/accumulation.md.
 *
 * A snapshot never changes. Each event that changes an object creates a new snapshot, which shares
 * unchanged parts with the previous one and with the event. Everything in a snapshot is therefore
 * frozen, including messages from events. Large parts of a snapshot, such as unknown members, are
 * built when they are first read, so the cost of a delta depends on its own size and not on that of
 * the object.
 */
export interface Accumulator<
  Event extends DescMessage = DescMessage,
  Objects extends DescMessage = DescMessage,
> {
  /**
   * How the stream ended: complete ("done") or broken ("error"); undefined before an event ends it.
   */
  readonly ended: Ending | undefined;
  /** Size of all objects together, in the unit of `maxSize`. */
  readonly size: number;
  /** The messages of the accumulated objects. */
  readonly schemas: readonly Objects[];
  /**
   * Applies an event. Returns the new snapshot of the object that the event is about; undefined if
   * it is about no object.
   *
   * @throws {AccumulationError} if the event does not fit; it then changes nothing.
   */
  apply(event: MessageShape<Event>): MessageShape<Objects> | undefined;
  /** Returns the current snapshot of an object; undefined if no event was about it. */
  get<Desc extends Objects>(schema: Desc, id: string): MessageShape<Desc> | undefined;
  /** Returns the current snapshots of all objects of a type, in the order of their first events. */
  objects<Desc extends Objects>(schema: Desc): MessageShape<Desc>[];
  /** Removes an object, to make room for others. Returns false if it does not exist. */
  delete(schema: Objects, id: string): boolean;
}

/**
 * Creates an accumulator for the events of a stream.
 *
 * @param eventSchema the message of an event, whose arms have the option
 * `(stepwire.json.v1.event)`.
 * @throws {MappingError} if options of the schema are missing, wrong or not supported.
 * @throws {RangeError} if a limit is not an integer, or too small.
 */
export function createAccumulator<
  Event extends DescMessage,
  Objects extends DescMessage = DescMessage,
>(eventSchema: Event, options?: AccumulatorOptions<Objects>): Accumulator<Event, Objects>;
export function createAccumulator<Event extends DescMessage>(
  eventSchema: Event,
  options: AccumulatorOptions = {},
): Accumulator<Event> {
  const events = compileEvents(eventSchema);
  const objects = options.objects ?? events.objects;
  for (const schema of objects) {
    if (!events.objects.includes(schema)) {
      throw new TypeError(`no event of ${eventSchema.typeName} is about a ${schema.typeName}`);
    }
  }
  return new StreamAccumulator(events, objects, resolveLimits(options));
}

interface Entry {
  readonly object: Message;
  readonly size: number;
  /** The size when the whole object was last counted. */
  readonly counted: number;
  readonly ended: boolean;
}

/** Objects up to this size are not counted again. */
const LEAST_COUNTED = 1024;

/** The objects of one type. */
class Collection {
  readonly entries: Map<string, Entry> = new Map();
  /** The identifier of the object of the last event. */
  latest = "";
}

class StreamAccumulator<Event extends DescMessage> implements Accumulator<Event> {
  readonly #events: Events;
  readonly #limits: Limits;
  readonly #collections: ReadonlyMap<DescMessage, Collection>;
  #count = 0;
  #size = 0;
  #ended: Ending | undefined;

  constructor(events: Events, objects: readonly DescMessage[], limits: Limits) {
    this.#events = events;
    this.#limits = limits;
    this.#collections = new Map(objects.map((schema) => [schema, new Collection()]));
  }

  get ended(): Ending | undefined {
    return this.#ended;
  }

  get size(): number {
    return this.#size;
  }

  get schemas(): readonly DescMessage[] {
    return [...this.#collections.keys()];
  }

  get<Desc extends DescMessage>(schema: Desc, id: string): MessageShape<Desc> | undefined {
    const object = this.#collections.get(schema)?.entries.get(id)?.object;
    return isMessage(object, schema) ? object : undefined;
  }

  objects<Desc extends DescMessage>(schema: Desc): MessageShape<Desc>[] {
    const entries = this.#collections.get(schema)?.entries.values() ?? [];
    return Array.from(entries, ({ object }) => object).filter((object) =>
      isMessage(object, schema),
    );
  }

  delete(schema: DescMessage, id: string): boolean {
    const collection = this.#collections.get(schema);
    const entry = collection?.entries.get(id);
    if (collection === undefined || entry === undefined) {
      return false;
    }
    collection.entries.delete(id);
    if (collection.latest === id) {
      collection.latest = "";
    }
    this.#count--;
    this.#size -= entry.size;
    return true;
  }

  apply(event: MessageShape<Event>): Message | undefined {
    const fields = fieldsOf(event);
    const { case: arm, value } = oneofOf(fields, this.#events.oneof);
    const objectEvent = arm === undefined ? undefined : this.#events.objectEvents.get(arm);
    const collection = objectEvent && this.#collections.get(objectEvent.object.desc);
    const ending = this.#endingOf(arm, fields);
    const payload = collection && fieldsOf(value);
    // An event that ends the stream may be about no object.
    const isAbout = ending === undefined || (payload && objectEvent?.idOf(payload)) !== "";
    const changed =
      collection && payload && (isAbout || collection.entries.size > 0)
        ? this.#change(objectEvent, collection, payload)
        : undefined;
    this.#ended = ending ?? this.#ended ?? (objectEvent?.endsStream ? "done" : undefined);
    return changed;
  }

  #endingOf(arm: string | undefined, fields: Fields): Ending | undefined {
    const ending = arm === undefined ? undefined : this.#events.endings.get(arm);
    if (ending !== undefined) {
      return ending;
    }
    for (const endingOf of this.#events.unnamed) {
      const found = endingOf(fields);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #change(event: ObjectEvent, collection: Collection, payload: Fields): Message {
    const { object, change, endsObject } = event;
    const id = this.#idOf(event, collection, payload);
    const entry = collection.entries.get(event.single ? collection.latest : id);
    if (entry === undefined) {
      this.#requireRoom(object.desc, id);
    }
    const after =
      change.kind === "replace"
        ? this.#replace(object, id, entry, endsObject, change, payload)
        : this.#merge(object, id, entry, endsObject, change, payload);
    if (entry !== undefined && collection.latest !== id && event.single) {
      collection.entries.delete(collection.latest);
    }
    collection.entries.set(id, after);
    collection.latest = id;
    this.#count += entry === undefined ? 1 : 0;
    this.#size += after.size - (entry?.size ?? 0);
    return after.object;
  }

  #replace(
    object: ObjectMapping,
    id: string,
    entry: Entry | undefined,
    endsObject: boolean,
    { readValue }: Replacement,
    payload: Fields,
  ): Entry {
    const context = new MergeContext(this.#limits, object.desc.typeName, id, this.#size);
    const value = readValue(payload) ?? context.refuse("not_mergeable", "an object", "none");
    const size = sizeOf(value);
    context.grow(size - (entry?.size ?? 0));
    if (entry !== undefined && !endsObject) {
      requireSameIdentity(object, fieldsOf(entry.object), value, context);
    }
    const message = asMessage(freezeDeep(value), object.desc);
    return { object: message, size, counted: size, ended: endsObject };
  }

  #merge(
    object: ObjectMapping,
    id: string,
    entry: Entry | undefined,
    endsObject: boolean,
    { apply }: Change,
    payload: Fields,
  ): Entry {
    const ended = entry?.ended ?? false;
    const { typeName } = object.desc;
    const context = new MergeContext(this.#limits, typeName, id, this.#size, ended);
    const before = entry === undefined ? blankObject(object, id) : fieldsOf(entry.object);
    if (entry === undefined) {
      context.grow(sizeOf(before));
    }
    const after = transaction(() => apply(before, payload, context));
    const size = (entry?.size ?? 0) + context.size - this.#size;
    const counted = entry?.counted ?? 0;
    const message = asMessage(after, object.desc);
    if (context.replaced === 0) {
      return { object: message, size, counted, ended: ended || endsObject };
    }
    const exact = this.#recount(after, size + context.replaced, counted, context);
    context.grow(exact.size - size);
    return { object: message, ...exact, ended: ended || endsObject };
  }

  /**
   * Returns the size of an object in which parts were replaced. The old parts were added with the
   * sizes they had when they arrived, which differ from their sizes now, so they cannot be
   * subtracted. Instead, the whole object is counted again each time its size has doubled. This
   * costs no more than the events that made it that large.
   */
  #recount(
    object: Fields,
    size: number,
    counted: number,
    context: MergeContext,
  ): Pick<Entry, "size" | "counted"> {
    const isTooLarge = this.#size + context.replaced > this.#limits.maxSize;
    if (size <= 2 * Math.max(counted, LEAST_COUNTED) && !isTooLarge) {
      return { size, counted };
    }
    const exact = frozenSizeOf(object);
    return { size: exact, counted: exact };
  }

  #idOf(event: ObjectEvent, collection: Collection, payload: Fields): string {
    const own = event.idOf(payload);
    const id = own === "" && (event.latest || event.single) ? collection.latest : own;
    if (id === "" && !event.single) {
      throw new AccumulationError({
        code: "missing_id",
        objectType: event.object.desc.typeName,
        objectId: "",
        pointer: "",
        expected: "the identifier of the object",
        found: "none",
      });
    }
    return id;
  }

  #requireRoom({ typeName }: DescMessage, id: string): void {
    const { maxObjects } = this.#limits;
    if (this.#count >= maxObjects) {
      throw new AccumulationError({
        code: "too_many_objects",
        objectType: typeName,
        objectId: id,
        pointer: "",
        expected: `at most ${maxObjects} objects`,
        found: "one more",
      });
    }
  }
}

/** Returns an object that has only an identifier. */
function blankObject(object: ObjectMapping, id: string): Fields {
  const member = object.memberByName.get("id");
  const draft = new Draft(blankMessage(object.desc), object);
  if (member?.kind === "field" && member.value.kind === "string") {
    writeMember(member, { kind: "value", value: id }, draft);
  }
  return draft.seal();
}

/** Returns the fields as a message; they were created from its descriptor. */
function asMessage(fields: Fields, desc: DescMessage): Message {
  if (!isMessage(fields, desc)) {
    throw new TypeError(`not a ${desc.typeName}`);
  }
  return fields;
}
