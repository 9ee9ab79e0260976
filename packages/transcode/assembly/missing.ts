import { MISSING_MEMBER } from "./codes";
import { MESSAGE_NAMES, NAME_SIZE, NAMES_ENTRIES } from "./layout";
import { setMissing, tolerated } from "./state";

/** Whether a missing member is tolerated. If not, the call fails and reports the member. */
export function toleratedMissing(at: usize, message: usize, index: u32): bool {
  const names: usize = load<u32>(message, MESSAGE_NAMES);
  setMissing(load<u32>(names, NAMES_ENTRIES) + <usize>index * NAME_SIZE);
  return tolerated(MISSING_MEMBER, at);
}
