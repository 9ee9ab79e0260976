import { create } from "@bufbuild/protobuf";
import { type JsonResidue, JsonResidueSchema, type ObjectMapping } from "@stepwire/mapping";
import { setProperty } from "../set-property.js";

/** Collects the residue of one JSON object. */
export class ResidueNotes {
  readonly #residue: JsonResidue = create(JsonResidueSchema);

  /** Keeps the text of a member; an empty text means that it is absent. */
  keep(name: string, text: string): void {
    setProperty(this.#residue.members, name, text);
  }

  isNull(field: number): void {
    this.#residue.nullFields.push(field);
  }

  isAbsent(field: number): void {
    this.#residue.absentFields.push(field);
  }

  isEmpty(field: number): void {
    this.#residue.emptyFields.push(field);
  }

  /** Returns the residue, with field numbers in the order of the members in the schema. */
  finish(order: ReadonlyMap<number, number>): JsonResidue {
    const compare = (a: number, b: number): number => (order.get(a) ?? 0) - (order.get(b) ?? 0);
    this.#residue.nullFields.sort(compare);
    this.#residue.absentFields.sort(compare);
    this.#residue.emptyFields.sort(compare);
    return this.#residue;
  }
}

/** Returns the position of each field among the members of its object, by field number. */
export function memberOrder(mapping: ObjectMapping): ReadonlyMap<number, number> {
  const numbers = mapping.members.flatMap((member) => {
    switch (member.kind) {
      case "field":
        return [member.field.number];
      case "payload":
        return member.arms.map((arm) => arm.field.number);
      default:
        return [];
    }
  });
  return new Map(numbers.map((number, index) => [number, index]));
}
