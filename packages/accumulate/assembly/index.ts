/* The exports of stepwire-accumulate.wasm, which docs/accumulate-abi.md describes. */
// Static data begins at the plan's address, in the order of the imports, so the plan is in place.
import "./plan";
import {
  EVENT_NAME,
  EVENT_WORDS,
  MESSAGE_NAME,
  PLAN,
  PLAN_EVENT_COUNT,
  PLAN_EVENTS,
} from "../src/plan/layout";
import * as accumulator from "./accumulator";
import { countAllocated, isSameBytes, Text, word } from "./base";
import { MALFORMED_EVENT } from "./codes";
import {
  changeLimit,
  readSetNames,
  refusal,
  refusedExpected,
  refusedFound,
  refusedPointer,
} from "./context";
import { readSize, sizeEnd } from "./decode";
import { setSeed } from "./hash";
import { outputPlace, outputSize, startOutput, writeBytes } from "./output";
import { writeMessage } from "./writer";

/** The place of the result. */
const RESULT: usize = 64;
const MAXIMUM_INPUT: u32 = 1 << 30;

let input = new StaticArray<u8>(0);

export function version(): u32 {
  return 1;
}

export function seedHash(low: u32, high: u32): void {
  setSeed(low, high);
}

export function reserveInput(size: u32): usize {
  if (size > MAXIMUM_INPUT - 64) {
    return 0;
  }
  if (<u32>input.length < size) {
    input = new StaticArray<u8>(max(4096, size));
    countAllocated(input.length);
  }
  return changetype<usize>(input);
}

export function selectMessage(size: u32): u32 {
  setWord(0, 0);
  const count = word(PLAN, PLAN_EVENT_COUNT);
  for (let index: u32 = 0; index < count; index++) {
    const event = <usize>word(PLAN, PLAN_EVENTS) + ((<usize>index * EVENT_WORDS) << 2);
    if (isInput(size, word(event, EVENT_NAME), word(event, EVENT_NAME + 1))) {
      accumulator.start(event);
      return 1;
    }
  }
  return 0;
}

function isInput(size: u32, start: usize, length: i32): bool {
  return isSameBytes(changetype<usize>(input), size, start, length);
}

export function setLimit(which: u32, value: u32): u32 {
  return u32(changeLimit(which, value));
}

export function setNames(size: u32): void {
  readSetNames(changetype<usize>(input), size);
}

export function keepObject(size: u32): u32 {
  return u32(accumulator.keep(changetype<usize>(input), size));
}

export function apply(size: u32): i32 {
  accumulator.collect();
  const number = accumulator.apply(changetype<usize>(input), size);
  report();
  setWord(1, max(number, 0));
  return number;
}

export function applyAll(size: u32): u32 {
  let offset: u32 = 0;
  let count: u32 = 0;
  let last: u32 = 0;
  setWord(0, 0);
  setWord(5, 0);
  while (offset < size) {
    accumulator.collect();
    const start = changetype<usize>(input) + offset;
    const end = changetype<usize>(input) + size;
    const eventSize = readSize(start, end);
    if (eventSize === -1) {
      break;
    }
    if (eventSize < 0) {
      setWord(0, MALFORMED_EVENT);
      setWord(5, size);
      memory.fill(RESULT + 24, 0, 40);
      break;
    }
    if (<usize>eventSize > end - sizeEnd) {
      break;
    }
    const after = <u32>(sizeEnd - changetype<usize>(input)) + <u32>eventSize;
    const number = accumulator.apply(sizeEnd, eventSize);
    report();
    if (number < 0) {
      setWord(5, after);
      break;
    }
    last = number > 0 ? number : last;
    offset = after;
    count++;
  }
  setWord(1, last);
  setWord(3, count);
  setWord(4, offset);
  return count;
}

/** Writes why the last event was refused to the result. */
function report(): void {
  setWord(0, refusal);
  if (refusal === 0) {
    return;
  }
  const type = accumulator.refusedType;
  setWord(6, type === 0 ? 0 : word(type, MESSAGE_NAME));
  setWord(7, type === 0 ? 0 : word(type, MESSAGE_NAME + 1));
  setText(8, accumulator.refusedId);
  setText(10, refusedPointer);
  setText(12, refusedExpected);
  setText(14, refusedFound);
}

function setWord(index: i32, value: u32): void {
  store<u32>(RESULT + ((<usize>index) << 2), value);
}

function setText(index: i32, text: Text): void {
  setWord(index, text.start);
  setWord(index + 1, text.length);
}

export function ended(): u32 {
  return accumulator.ended;
}

export function objectCount(): u32 {
  return accumulator.itemCount();
}

export function objectAt(index: u32): u32 {
  const item = accumulator.itemAt(index);
  return item === null ? 0 : item.number;
}

export function find(typeSize: u32, idSize: u32): u32 {
  const start = changetype<usize>(input);
  return accumulator.find(start, typeSize, start + typeSize, idSize);
}

export function snapshot(number: u32): i32 {
  accumulator.collect();
  const item = accumulator.itemOf(number);
  if (item === null) {
    return -1;
  }
  startOutput();
  writeMessage(item.message);
  return finishOutput();
}

export function objectType(number: u32): i32 {
  const item = accumulator.itemOf(number);
  return item === null ? -1 : writeName(item.type);
}

export function objectId(number: u32): i32 {
  const item = accumulator.itemOf(number);
  if (item === null) {
    return -1;
  }
  startOutput();
  writeBytes(item.id.start, item.id.length);
  return finishOutput();
}

export function remove(number: u32): u32 {
  return u32(accumulator.remove(number));
}

export function size(): u32 {
  return <u32>accumulator.size;
}

export function typeCount(): u32 {
  return accumulator.typeCount();
}

export function typeName(index: u32): i32 {
  return index < accumulator.typeCount() ? writeName(accumulator.typeAt(index)) : -1;
}

function writeName(type: usize): i32 {
  startOutput();
  writeBytes(word(type, MESSAGE_NAME), word(type, MESSAGE_NAME + 1));
  return finishOutput();
}

function finishOutput(): i32 {
  setWord(2, outputPlace());
  return outputSize();
}
