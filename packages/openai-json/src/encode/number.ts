import type { EncodeContext } from "./context.js";

/** Writes a double as a JSON number. JSON has no NaN and no infinity. */
export function encodeNumber<Json, Members>(
  value: unknown,
  context: EncodeContext<Json, Members>,
  protoPath: string,
  member?: string,
): Json {
  return typeof value === "number" && Number.isFinite(value)
    ? context.target.number(value)
    : context.report("not_representable", protoPath, "a finite number", String(value), member);
}
