import { create } from "@bufbuild/protobuf";
import {
  type Fields,
  fieldsOf,
  type JsonResidue,
  JsonResidueSchema,
  type ObjectMapping,
} from "@stepwire/mapping";
import { freezeDeep } from "./fields.js";
import { type JsonNode, JsonText } from "./json-node.js";
import { EAGER_SIZE, Lazy } from "./lazy.js";
import { PersistentMap } from "./persistent-map.js";

/** What the residue of an object says about one member. */
export type MemberNote =
  | { readonly kind: "absent" | "null" | "empty" }
  | { readonly kind: "text"; readonly node: JsonNode };

const ABSENT: MemberNote = { kind: "absent" };
const NULL: MemberNote = { kind: "null" };
const EMPTY: MemberNote = { kind: "empty" };

/** The residue of an object, as an immutable value that is efficient to merge. */
export class Notes {
  static readonly NONE: Notes = new Notes(PersistentMap.of(), PersistentMap.of());

  /** Notes by member name: JSON text, or absent. */
  readonly #members: PersistentMap<string, MemberNote>;
  /** Notes by field number: null, absent or empty. */
  readonly #fields: PersistentMap<number, MemberNote>;

  private constructor(
    members: PersistentMap<string, MemberNote>,
    fields: PersistentMap<number, MemberNote>,
  ) {
    this.#members = members;
    this.#fields = fields;
  }

  static of(residue: JsonResidue): Notes {
    const members = Object.entries(residue.members).map(([name, text]): [string, MemberNote] => [
      name,
      text === "" ? ABSENT : { kind: "text", node: new JsonText(text) },
    ]);
    // If a field has several notes, the last one in this order counts.
    const fields = [
      ...noteEach(residue.emptyFields, EMPTY),
      ...noteEach(residue.absentFields, ABSENT),
      ...noteEach(residue.nullFields, NULL),
    ];
    return new Notes(PersistentMap.of(members), PersistentMap.of(fields));
  }

  /** The number of notes by member name. */
  get memberCount(): number {
    return this.#members.size;
  }

  /** Returns the names of all members with a note by name. */
  memberNames(): Iterable<string> {
    return this.#members.entries().keys();
  }

  /**
   * Returns the note of a member, by its name and field number (constants and tags have no number).
   * Returns undefined if there is none.
   */
  get(name: string, number?: number): MemberNote | undefined {
    const note = this.#members.get(name);
    return note ?? (number === undefined ? undefined : this.#fields.get(number));
  }

  /** Returns notes in which the note of one member is replaced or removed. */
  with(note: MemberNote | undefined, name: string, number?: number): Notes {
    if (note === this.get(name, number)) {
      return this;
    }
    const byName = note?.kind === "text" || number === undefined ? note : undefined;
    const members =
      byName === undefined ? this.#members.delete(name) : this.#members.set(name, byName);
    if (number === undefined) {
      return new Notes(members, this.#fields);
    }
    const fields =
      note === undefined || note === byName
        ? this.#fields.delete(number)
        : this.#fields.set(number, note);
    return new Notes(members, fields);
  }

  /** Returns the residue as a property value; undefined if it is empty. */
  toProperty(): JsonResidue | Lazy<Notes> | undefined {
    if (this.#members.size + this.#fields.size === 0) {
      return undefined;
    }
    if (!this.#isReady()) {
      return new Lazy<Notes>(this, buildResidue);
    }
    const residue = buildResidue(this);
    notesOfResidue.set(residue, this);
    return residue;
  }

  toResidue(): JsonResidue {
    const members: [string, string][] = [];
    for (const [name, note] of this.#members.entries()) {
      members.push([name, note.kind === "text" ? note.node.text : ""]);
    }
    const numbers: Record<MemberNote["kind"], number[]> = {
      null: [],
      absent: [],
      empty: [],
      text: [],
    };
    for (const [number, { kind }] of this.#fields.entries()) {
      numbers[kind].push(number);
    }
    return freezeDeep(
      Object.assign(create(JsonResidueSchema), {
        // Unlike an assignment, `fromEntries` creates an own property even for the name
        // `__proto__`.
        members: Object.fromEntries(members),
        nullFields: numbers.null,
        absentFields: numbers.absent,
        emptyFields: numbers.empty,
      }),
    );
  }

  #isReady(): boolean {
    if (this.#members.size > EAGER_SIZE || this.#fields.size > 2 * EAGER_SIZE) {
      return false;
    }
    for (const note of this.#members.entries().values()) {
      if (note.kind === "text" && !note.node.isReady) {
        return false;
      }
    }
    return true;
  }
}

/** Cached notes by residue. */
const notesOfResidue = new WeakMap<object, Notes>();

/** Returns the notes of a message from its properties. */
export function notesOf(properties: Fields, { residue }: ObjectMapping): Notes {
  const property = properties[residue.localName];
  if (property === undefined) {
    return Notes.NONE;
  }
  if (property instanceof Lazy) {
    // Only `toProperty` creates lazy values for this property.
    return property.source as Notes;
  }
  const held = fieldsOf(property);
  let notes = notesOfResidue.get(held);
  if (notes === undefined) {
    // The mapping found this field by its message type.
    notes = Notes.of(property as JsonResidue);
    if (Object.isFrozen(held)) {
      notesOfResidue.set(held, notes);
    }
  }
  return notes;
}

function buildResidue(notes: Notes): JsonResidue {
  return notes.toResidue();
}

function noteEach(numbers: readonly number[], note: MemberNote): [number, MemberNote][] {
  return numbers.map((number) => [number, note]);
}
