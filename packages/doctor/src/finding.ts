/** What may become of a value, an event or a whole probe. */
export const findingKinds = [
  "lost",
  "changed",
  "added",
  "reordered",
  "doubled",
  "merged",
  "delayed",
  "refused",
] as const;

/** What became of a value, an event or a whole probe. */
export type FindingKind = (typeof findingKinds)[number];

/** One thing that did not come through. */
export interface Finding {
  readonly kind: FindingKind;
  /** Whether it happened to what the client sent, or to what it got back. */
  readonly side: "request" | "response";
  /** The number of the event, starting at 0: the event that was sent, or that was added. */
  readonly event?: number;
  /**
   * A JSON Pointer (RFC 6901). For events, into `{"event": name, "id": id, "data": payload}`.
   * "" is the whole document or event.
   */
  readonly pointer: string;
  /** What happened, without values: "null", "a string became a number", "HTTP 502". */
  readonly what: string;
  /** What was sent there, as JSON text, cut short; absent if nothing was. */
  readonly sent?: string;
  /** What came back there, likewise. */
  readonly received?: string;
}

/** A list of findings, up to a number of each kind: none hides that there are others. */
export class FindingList<Found extends { readonly kind: FindingKind }> {
  readonly found: Found[] = [];
  readonly #counts = new Map<FindingKind, number>();
  readonly #maxFindings: number;

  constructor(maxFindings: number) {
    this.#maxFindings = maxFindings;
  }

  add(...findings: readonly Found[]): this {
    for (const finding of findings) {
      const count = this.#counts.get(finding.kind) ?? 0;
      if (count < this.#maxFindings) {
        this.#counts.set(finding.kind, count + 1);
        this.found.push(finding);
      }
    }
    return this;
  }
}

/** The place and the kind of a difference, before it is known where the document was. */
export type Difference = Omit<Finding, "side" | "event">;
