import { MISSING_MEMBER } from "./codes";
import { MESSAGE_NAMES, NAME_SIZE, NAMES_ENTRIES } from "./layout";
import { setMissing, tolerated } from "./state";

/** Whether it is tolerated that a member is missing; if not, the call stops, and says which. */
export function toleratedMissing(at: usize, message: usize, index: u32): bool {
  const names: usize = load<u32>(message, MESSAGE_NAMES);
  setMissing(load<u32>(names, NAMES_ENTRIES) + <usize>index * NAME_SIZE);
  return tolerated(MISSING_MEMBER, at);
}
