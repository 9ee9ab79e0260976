import type { Skipped } from "@stepwire/openai-sse";
import { counted } from "../terminal/quantity.js";

type Kind = Skipped["kind"];

const names: readonly (readonly [kind: Kind, singular: string, plural: string])[] = [
  ["comment", "comment", "comments"],
  ["retry", "retry line", "retry lines"],
  ["id", "identifier", "identifiers"],
  ["field", "other line", "other lines"],
];

/** Counts the parts of transcripts that do not belong to an event and are not kept. */
export class LostParts {
  readonly #counts: Record<Kind, number> = { comment: 0, retry: 0, id: 0, field: 0 };

  add({ kind }: Skipped): void {
    this.#counts[kind]++;
  }

  /** Returns a line about them; none if there are none. */
  describe(): string[] {
    const parts = names.flatMap(([kind, singular, plural]) => {
      const count = this.#counts[kind];
      return count === 0 ? [] : [counted(count, singular, plural)];
    });
    return parts.length === 0
      ? []
      : [`Not kept, because they are not part of an event: ${parts.join(", ")}`];
  }
}
