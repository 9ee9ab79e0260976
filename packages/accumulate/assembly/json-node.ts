/* JSON that the schema does not describe. Nodes are immutable. */
import { countAllocated, countArray, Entry, isLiteral, Text, Value } from "./base";
import { OrderedMap } from "./ordered-map";
import { appendCode, quote } from "./quote";

export const JSON_TEXT: u8 = 16;
export const JSON_STRING: u8 = 17;
export const HALF_STRING: u8 = 18;
export const JSON_OBJECT: u8 = 19;
export const JSON_LIST: u8 = 20;

/** The size of a message, a list or a map without its content. */
export const CONTAINER_SIZE: i64 = 32;

export abstract class JsonNode extends Value {
  /** The size, in the unit of `maxSize`. */
  abstract get size(): i64;
  /** The number of UTF-16 code units of the JSON text. */
  abstract get textUnits(): i64;
}

/** Unparsed JSON text. */
export class JsonText extends JsonNode {
  /** The cached result of parsing. */
  parsed: JsonNode | null = null;
  constructor(public text: Text) {
    super(JSON_TEXT);
    countAllocated(32);
  }

  get size(): i64 {
    return this.text.units;
  }

  get textUnits(): i64 {
    return this.text.units;
  }
}

/** A string. The text between its quotes keeps the original spelling of escapes. */
export class JsonString extends JsonNode {
  constructor(public body: Text) {
    super(JSON_STRING);
    countAllocated(32);
  }

  get size(): i64 {
    return this.body.units + 2;
  }

  get textUnits(): i64 {
    return this.body.units + 2;
  }
}

/** A string that contains halves of surrogate pairs, so that it is not valid Unicode. */
export class HalfString extends JsonNode {
  private quotedUnits: i64 = -1;

  constructor(
    /** The value without the half at its end. */
    public value: Text,
    /** The first half of a surrogate pair at the end; 0 if there is none. */
    public half: u32,
    /** Whether there is a half that cannot become complete any more. */
    public isBroken: bool,
  ) {
    super(HALF_STRING);
    countAllocated(48);
  }

  get size(): i64 {
    return this.value.units + i32(this.half !== 0);
  }

  /** The value with the half at its end. */
  whole(): Text {
    return this.half === 0 ? this.value : appendCode(this.value, this.half);
  }

  get textUnits(): i64 {
    if (this.quotedUnits < 0) {
      this.quotedUnits = quote(this.whole()).units;
    }
    return this.quotedUnits;
  }
}

/** A member of an object: its name as JSON text, and its value. */
export class JsonMember extends Value {
  constructor(
    public nameText: Text,
    public node: JsonNode,
  ) {
    super(0);
  }
}

export class JsonObject extends JsonNode {
  private units: i64 = -1;
  constructor(
    public members: OrderedMap,
    public ownSize: i64,
  ) {
    super(JSON_OBJECT);
    countAllocated(48);
  }

  get size(): i64 {
    return this.ownSize;
  }

  get textUnits(): i64 {
    if (this.units < 0) {
      let units: i64 = this.members.size > 0 ? 1 : 2;
      for (let place = 0; place < this.members.placeCount; place++) {
        const entry = this.members.entryAt(place);
        if (entry !== null) {
          const member = changetype<JsonMember>(entry.value);
          units += member.nameText.units + 2 + member.node.textUnits;
        }
      }
      this.units = units;
    }
    return this.units;
  }
}

/** A list of objects, by the values of their members `index`, in decimal. */
export class JsonList extends JsonNode {
  private units: i64 = -1;
  constructor(
    public elements: OrderedMap,
    public ownSize: i64,
  ) {
    super(JSON_LIST);
    countAllocated(48);
  }

  get size(): i64 {
    return this.ownSize;
  }

  get textUnits(): i64 {
    if (this.units < 0) {
      let units: i64 = this.elements.size > 0 ? 1 : 2;
      for (let place = 0; place < this.elements.placeCount; place++) {
        const entry = this.elements.entryAt(place);
        if (entry !== null) {
          units += 1 + changetype<JsonNode>(entry.value).textUnits;
        }
      }
      this.units = units;
    }
    return this.units;
  }

  /** The entries in the order of their indexes. */
  sorted(): Entry[] {
    const entries = new Array<Entry>(0);
    for (let place = 0; place < this.elements.placeCount; place++) {
      const entry = this.elements.entryAt(place);
      if (entry !== null) {
        entries.push(entry);
      }
    }
    countArray(entries.length);
    return entries.sort(compareDecimals);
  }
}

/** Compares the keys of two entries, which are numbers in decimal without leading zeros. */
export function compareDecimals(left: Entry, right: Entry): i32 {
  const a = left.key;
  const b = right.key;
  return a.length === b.length ? memory.compare(a.start, b.start, a.length) : a.length - b.length;
}

/** Returns whether a node is `null`. */
export function isNullNode(node: JsonNode): bool {
  return node.kind === JSON_TEXT && isLiteral(changetype<JsonText>(node).text, "null");
}

/** Returns whether a node is an empty string, list or object, which changes nothing. */
export function isEmptyNode(node: JsonNode): bool {
  if (node.kind === JSON_STRING) {
    return changetype<JsonString>(node).body.length === 0;
  }
  if (node.kind !== JSON_TEXT) {
    return false;
  }
  const text = changetype<JsonText>(node).text;
  return isLiteral(text, '""') || isLiteral(text, "[]") || isLiteral(text, "{}");
}
