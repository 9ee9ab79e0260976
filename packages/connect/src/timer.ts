/** Longest delay of a Node timer, in milliseconds; a longer one would be over at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Calls a function after a time in milliseconds, or after 24 days if that is shorter. */
export function startTimer(run: () => void, milliseconds: number): NodeJS.Timeout {
  return setTimeout(run, Math.min(milliseconds, LONGEST_DELAY));
}
