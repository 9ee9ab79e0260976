import type { EncodeContext } from "./context.js";

/**
 * Turns what a field holds into JSON. It notes every violation.
 *
 * The context's path leads to the value; to its parent, if the value is given as
 * a `member` of that. Only the encoders of scalars take it: it spares them the
 * keeping of the path.
 */
export type Encoder<Json, Members> = (
  value: unknown,
  context: EncodeContext<Json, Members>,
  member?: string,
) => Json;
