// Static data begins at the table's address, in the order of the imports, so the table is in place.
import "./generated/table";
import {
  INVALID_TABLE,
  MALFORMED_BINARY,
  MISSING_MEMBER,
  OUT_OF_MEMORY,
  SCRATCH_FULL,
  UNKNOWN_FIELD,
} from "./codes";
import { explainEvent, pack, unpack } from "./events";
import { explainJson, explainOutput, violation, violationAt } from "./explain";
import { toBinary as kernelToBinary, toJson as kernelToJson, reserveTable } from "./index";
import {
  CHOICE_MESSAGE,
  CHOICE_NAME,
  CHOICE_NAME_LENGTH,
  CHOICE_SIZE,
  RESULT_CODE,
  RESULT_OFFSET,
  RESULT_OUTPUT,
  TABLE,
  TABLE_NAME_COUNT,
  TABLE_NAMES,
  TABLE_ROOT,
} from "./layout";
import { code, codeAt, inputEnd, maxDepth, missing, out, setOut } from "./state";
import { sameBytes } from "./vector";

// The kernel together with its table, for hosts in any language. See docs/kernel-abi.md.

export { packLines, reserveInput, seedHash, unpackLines, version } from "./index";

/** The address of the input: after the table and all other static data. */
const inputStart: usize = (__heap_base + 63) & ~63;

/** What the last call read: one of the following. */
let last: u32 = 0;
const READ_BINARY: u32 = 0;
const READ_JSON: u32 = 1;
const READ_EVENTS: u32 = 2;

reserveTable(<u32>(inputStart - TABLE));

/**
 * Chooses the message type to convert from now on. The host has written its full name at the
 * address of the input. Returns 1, or 0 if there is no such type; the type then stays the same.
 */
export function selectMessage(size: u32): i32 {
  let entry: usize = load<u32>(TABLE_NAMES);
  for (let rest = load<u32>(TABLE_NAME_COUNT); rest > 0; rest--) {
    if (
      load<u32>(entry, CHOICE_NAME_LENGTH) === size &&
      sameBytes(load<u32>(entry, CHOICE_NAME), inputStart, size)
    ) {
      store<u32>(TABLE_ROOT, load<u32>(entry, CHOICE_MESSAGE));
      return 1;
    }
    entry += CHOICE_SIZE;
  }
  return 0;
}

export function toBinary(size: u32, maxDepth: u32, refused: u32): i32 {
  last = READ_JSON;
  return kernelToBinary(size, maxDepth, refused);
}

export function toJson(size: u32, maxDepth: u32, refused: u32): i32 {
  last = READ_BINARY;
  return kernelToJson(size, maxDepth, refused);
}

/**
 * Converts server-sent events to size-delimited messages. An event that does not end in the input is
 * left for the next call, unless the input is the last one.
 *
 * Returns the size of the output. If an event is refused, that is the output of the events before it.
 */
export function packEvents(size: u32, maxDepth: u32, refused: u32, maxSize: u32, flags: u32): i32 {
  last = READ_EVENTS;
  return pack(inputStart, size, maxDepth, refused, maxSize, flags);
}

/** The inverse of `packEvents`. */
export function unpackEvents(
  size: u32,
  maxDepth: u32,
  refused: u32,
  maxSize: u32,
  flags: u32,
): i32 {
  last = READ_EVENTS;
  return unpack(inputStart, size, maxDepth, refused, maxSize, flags);
}

/**
 * Explains why the last toBinary or toJson refused its input, in the terms of the reference
 * engine: corrects the code and the offset, and outputs the JSON Pointer. Returns its size. The
 * input must still be in place. After packEvents or unpackEvents, outputs the JSON Pointer of the
 * event that they refused.
 */
export function explain(): i32 {
  if (code === OUT_OF_MEMORY || code === SCRATCH_FULL || code === INVALID_TABLE) {
    return 0;
  }
  if (last === READ_EVENTS) {
    return explainEvent();
  }
  if (last === READ_JSON) {
    let reason = code;
    let at = codeAt;
    const name = missing;
    if (reason >= MISSING_MEMBER) {
      // Duplicate and malformed names come before violations that depend on the mode.
      if (kernelToBinary(<u32>(inputEnd - inputStart), maxDepth, 0) < 0 && code < MISSING_MEMBER) {
        reason = code;
        at = codeAt;
      }
    }
    const output: usize = load<u32>(RESULT_OUTPUT);
    setOut(output);
    explainJson(inputStart, reason, at, name);
    store<u32>(RESULT_CODE, violation);
    store<u32>(RESULT_OFFSET, violationAt - inputStart);
    return <i32>(out - output);
  }
  if (code === UNKNOWN_FIELD || code === MALFORMED_BINARY) {
    store<u32>(RESULT_CODE, MALFORMED_BINARY);
    return 0;
  }
  // The output so far ends at the violation.
  const output: usize = load<u32>(RESULT_OUTPUT);
  const end = out;
  store<u32>(RESULT_OUTPUT, end);
  explainOutput(output, end);
  return <i32>(out - end);
}
