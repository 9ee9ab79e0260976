import type { MapReport } from "../map/report.js";

/** What became of the schemas of a document. */
export interface ImportReport extends MapReport {
  /** The places with rules that neither the `.proto` files nor the conversion check. */
  readonly unchecked: readonly UncheckedPlace[];
}

/** A schema with rules that are not checked. */
export interface UncheckedPlace {
  /** The JSON Pointer of the schema. */
  readonly pointer: string;
  /** The names of the rules, such as `pattern`. */
  readonly keywords: readonly string[];
}
