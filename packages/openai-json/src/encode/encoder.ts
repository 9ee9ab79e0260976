import type { EncodeContext } from "./context.js";

/**
 * Converts the value of a field to JSON, and records every violation.
 *
 * The path of the context ends at the value; with `member`, it ends at the parent of the value. Only
 * encoders of scalars accept `member`: then the path does not have to be changed for each scalar.
 */
export type Encoder<Json, Members> = (
  value: unknown,
  context: EncodeContext<Json, Members>,
  member?: string,
) => Json;
