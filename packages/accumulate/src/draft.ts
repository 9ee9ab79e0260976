import type { Fields, ObjectMapping } from "@stepwire/mapping";
import { propertiesOf, sealMessage } from "./lazy.js";
import { type MemberNote, type Notes, notesOf } from "./notes.js";

/** A message while a delta is merged into it. */
export class Draft {
  readonly mapping: ObjectMapping;
  /** The message's properties, except the residue. */
  readonly fields: Fields;
  notes: Notes;
  readonly #before: Fields;
  readonly #notesBefore: Notes;

  /** @param before the message; it is not modified. */
  constructor(before: Fields, mapping: ObjectMapping) {
    this.mapping = mapping;
    this.#before = before;
    const properties = propertiesOf(before);
    // Copying own properties copies the whole message: proto3 messages have no other properties.
    this.fields = { ...properties };
    this.notes = notesOf(properties, mapping);
    this.#notesBefore = this.notes;
  }

  /** Replaces or removes the note of a member. */
  note(note: MemberNote | undefined, name: string, number?: number): void {
    this.notes = this.notes.with(note, name, number);
  }

  /** Returns the resulting message; the original one if nothing changed. */
  seal(): Fields {
    const { fields, mapping } = this;
    if (this.notes !== this.#notesBefore) {
      const residue = this.notes.toProperty();
      if (residue === undefined) {
        delete fields[mapping.residue.localName];
      } else {
        fields[mapping.residue.localName] = residue;
      }
    } else if (isSame(fields, propertiesOf(this.#before))) {
      return this.#before;
    }
    return sealMessage(fields);
  }
}

function isSame(left: Fields, right: Fields): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && left[name] === right[name])
  );
}
