/** A schema with mistakes in the mapping options of its message `M`. */
export interface Mistake {
  readonly name: string;
  readonly body: string;
  /** A part of each reported message, by the path within the schema's package. */
  readonly problems: Record<string, string | string[]>;
}
