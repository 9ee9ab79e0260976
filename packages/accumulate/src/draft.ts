import type { Fields, ObjectMapping } from "@stepwire/mapping";
import { propertiesOf, sealMessage } from "./lazy.js";
import { type MemberNote, type Notes, notesOf } from "./notes.js";

/** A message while a delta is merged into it. */
export class Draft {
  readonly mapping: ObjectMapping;
  /** Its properties, but for the residue. */
  readonly fields: Fields;
  notes: Notes;
  readonly #before: Fields;
  readonly #notesBefore: Notes;

  /** @param before the message, which stays as it is. */
  constructor(before: Fields, mapping: ObjectMapping) {
    this.mapping = mapping;
    this.#before = before;
    const properties = propertiesOf(before);
    // A copy of its own properties is a copy of the message: those of proto3 have no
    // others.
    this.fields = { ...properties };
    this.notes = notesOf(properties, mapping);
    this.#notesBefore = this.notes;
  }

  /** Gives a member another note, or none. */
  note(note: MemberNote | undefined, name: string, number?: number): void {
    this.notes = this.notes.with(note, name, number);
  }

  /** The message as it is by now; the one from the start if nothing changed. */
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
