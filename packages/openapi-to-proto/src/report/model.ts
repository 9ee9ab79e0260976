import type { MapReport } from "../map/report.js";

/** What became of the schemas of a document. */
export interface ImportReport extends MapReport {
  /** How the result differs from that of the import before, as far as its lock file tells. */
  readonly changes: readonly ImportChange[];
  /** The places with rules that neither the `.proto` files nor the conversion check. */
  readonly unchecked: readonly UncheckedPlace[];
}

/** A difference between an import and the one before. */
export interface ImportChange {
  /** The message or enum, and the member or value in it: `Kettle.lid`. */
  readonly place: string;
  /** What happened to it. */
  readonly change: string;
  /**
   * Whether binary that was written before is no longer converted to the same JSON: values are
   * missing in it, or other ones appear.
   */
  readonly isLoss: boolean;
}

/** A schema with rules that are not checked. */
export interface UncheckedPlace {
  /** The JSON Pointer of the schema. */
  readonly pointer: string;
  /** The names of the rules, such as `pattern`. */
  readonly keywords: readonly string[];
}
