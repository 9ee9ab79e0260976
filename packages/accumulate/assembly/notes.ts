import {
  countAllocated,
  countUnits,
  freezeNodes,
  newText,
  PLAIN,
  UnknownFields,
  Value,
} from "./base";
import { JsonNode } from "./json-node";
import { OrderedMap } from "./ordered-map";

export const ABSENT: u8 = 0;
export const NULL: u8 = 1;
export const EMPTY_COLLECTION: u8 = 2;
/** The member is kept as JSON text. */
export const KEPT: u8 = 3;
export const VALUE: u8 = 4;

/** The state of a member of a JSON object. Those that are not `VALUE` can be notes. */
export class State extends Value {
  node: JsonNode | null = null;
  value: Value | null = null;
  constructor(public is: u8) {
    super(PLAIN);
  }

  /** Whether the member is present and not null. */
  get isThere(): bool {
    return this.is > NULL;
  }
}

export const absent = new State(ABSENT);
export const isNull = new State(NULL);
export const isEmptyCollection = new State(EMPTY_COLLECTION);

export function keptState(node: JsonNode): State {
  countAllocated(48);
  const state = new State(KEPT);
  state.node = node;
  return state;
}

export function valueState(value: Value): State {
  countAllocated(48);
  const state = new State(VALUE);
  state.value = value;
  return state;
}

/** The numbers of a residue in the order in which they were decoded. */
export class ResidueNumbers {
  nullFields: u32[] = [];
  absentFields: u32[] = [];
  emptyFields: u32[] = [];
  unknown: UnknownFields | null = null;
}

/** The residue of an object. */
export class Notes {
  private constructor(
    /** Notes by member name: JSON text, or absent. */
    readonly members: OrderedMap,
    /** Those by field number, as `fields`; null if they were not computed. */
    private byNumber: OrderedMap | null,
    /** The residue as it was decoded; null if it was changed since. */
    readonly decoded: ResidueNumbers | null,
  ) {}

  static of(members: OrderedMap, decoded: ResidueNumbers): Notes {
    return new Notes(members, null, decoded);
  }

  static none(): Notes {
    return new Notes(OrderedMap.empty(), OrderedMap.empty(), null);
  }

  /** Notes by field number: null, absent or empty. */
  get fields(): OrderedMap {
    const computed = this.byNumber;
    const decoded = this.decoded;
    if (computed !== null || decoded === null) {
      return changetype<OrderedMap>(computed);
    }
    // If a field has several notes, the last one in this order counts.
    let fields = noteEach(OrderedMap.empty(), decoded.emptyFields, isEmptyCollection);
    fields = noteEach(fields, decoded.absentFields, absent);
    fields = noteEach(fields, decoded.nullFields, isNull);
    // The notes stay even if the event is refused that needs them now.
    freezeNodes();
    this.byNumber = fields;
    return fields;
  }

  get isEmpty(): bool {
    return this.members.size + this.fields.size === 0;
  }

  /** The note of a member by its name and, unless it is 0, its field number; null if there is none. */
  get(start: usize, length: i32, number: u32): State | null {
    const note = this.members.get(start, length);
    if (note !== null || number === 0) {
      return changetype<State | null>(note);
    }
    // Before the key is set, because the fields may have to be computed with it.
    const fields = this.fields;
    setNumberKey(number);
    return changetype<State | null>(fields.get(changetype<usize>(numberKey), 4));
  }

  /** Returns notes in which the note of one member is replaced or removed. */
  with(note: State | null, start: usize, length: i32, number: u32): Notes {
    if (note === this.get(start, length, number)) {
      return this;
    }
    let members = this.members;
    let fields = this.fields;
    const isByName = note !== null && (note.is === KEPT || number === 0);
    if (isByName) {
      members = members.set(
        newText(start, length, countUnits(start, length)),
        changetype<State>(note),
      );
    } else {
      members = members.delete(start, length);
    }
    if (number !== 0) {
      setNumberKey(number);
      const key = changetype<usize>(numberKey);
      fields =
        note === null || isByName
          ? fields.delete(key, 4)
          : fields.set(newText(key, 4, 0), changetype<State>(note));
    }
    return new Notes(members, fields, null);
  }
}

const numberKey = new StaticArray<u32>(1);

function setNumberKey(number: u32): void {
  numberKey[0] = number;
}

function noteEach(fields: OrderedMap, numbers: u32[], note: State): OrderedMap {
  for (let index = 0; index < numbers.length; index++) {
    setNumberKey(numbers[index]);
    fields = fields.set(newText(changetype<usize>(numberKey), 4, 0), note);
  }
  return fields;
}
