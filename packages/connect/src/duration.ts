/*
 * Conversion of durations. @bufbuild/protobuf has these functions only since version 2.10, and this
 * package also works with older ones.
 */
import { create } from "@bufbuild/protobuf";
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";

/** Returns a duration of milliseconds, which must not be negative. */
export function durationFromMs(milliseconds: number): Duration {
  const seconds = Math.floor(milliseconds / 1_000);
  const nanos = Math.round((milliseconds - seconds * 1_000) * 1_000_000);
  return create(DurationSchema, { seconds: BigInt(seconds), nanos });
}

/** Returns the milliseconds of a duration, rounded. */
export function durationMs({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1_000 + Math.round(nanos / 1_000_000);
}
