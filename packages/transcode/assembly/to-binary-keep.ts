import { RECORD_NAME, RECORD_NAME_END, RECORD_SIZE, RECORD_TEXT, RECORD_TEXT_END } from "./frame";
import { MESSAGE_NAMES, NAME_LENGTH, NAME_SIZE, NAME_TEXT, NAMES_ENTRIES } from "./layout";
import { setDepth, setOut, setSpaced, setTop, spaced, take } from "./state";
import { MARK, scanString, scanValue, stringEscaped } from "./tokens";

// Members that are kept as text, for the residue.

/** Keeps a member as text, after its field turned out not to hold the value. */
export function keepInstead(
  name: usize,
  from: usize,
  start: usize,
  state: usize,
  level: u32,
): usize {
  setOut(start);
  setTop(state);
  setDepth(level);
  return keepKnown(name, from);
}

/** Keeps a member as text when only the start of its name is known. */
export function keepKnown(name: usize, from: usize): usize {
  const end = scanString(name);
  return end ? keepMember(name, (end - 1) | (stringEscaped ? MARK : 0), from) : 0;
}

/** Keeps a member as text. `end` is the offset of the name's closing quote. */
export function keepMember(name: usize, end: u32, from: usize): usize {
  const outer = spaced;
  setSpaced(false);
  const next = scanValue(from);
  if (!next) {
    return 0;
  }
  const textEnd = <u32>next | (spaced ? MARK : 0);
  setSpaced(outer);
  return keepText(name + 1, end, from, textEnd) ? next : 0;
}

/** Writes the record of a member that is kept as text. */
export function keepText(name: usize, end: u32, text: usize, textEnd: u32): bool {
  const record = take(RECORD_SIZE);
  if (!record) {
    return false;
  }
  store<u32>(record, name, RECORD_NAME);
  store<u32>(record, end, RECORD_NAME_END);
  store<u32>(record, text, RECORD_TEXT);
  store<u32>(record, textEnd, RECORD_TEXT_END);
  return true;
}

/** Records that a constant or tag is absent. */
export function keepAbsence(message: usize, index: u32): bool {
  const names: usize = load<u32>(message, MESSAGE_NAMES);
  const entry = load<u32>(names, NAMES_ENTRIES) + <usize>index * NAME_SIZE;
  const name = load<u32>(entry, NAME_TEXT);
  return keepText(name + 1, name + load<u32>(entry, NAME_LENGTH) - 1, 0, 0);
}
