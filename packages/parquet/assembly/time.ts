/** Numbers below this one are seconds: it is the year 5138. Larger ones are milliseconds. */
export const MAX_SECONDS: i64 = 100_000_000_000;
/** No server sends larger numbers of milliseconds. */
const MAX_MILLISECONDS: i64 = MAX_SECONDS * 1000;

/**
 * Converts a Unix time, in seconds or milliseconds, to microseconds. Returns the least integer if it
 * is neither.
 */
export function microseconds(time: i64): i64 {
  if (time > -MAX_SECONDS && time < MAX_SECONDS) {
    return time * 1_000_000;
  }
  return time > -MAX_MILLISECONDS && time < MAX_MILLISECONDS ? time * 1000 : i64.MIN_VALUE;
}
