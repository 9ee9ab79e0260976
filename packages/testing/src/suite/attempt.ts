/** Runs an action. Returns what it throws; undefined if it throws nothing. */
export function reasonOf(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (reason) {
    return reason;
  }
}
