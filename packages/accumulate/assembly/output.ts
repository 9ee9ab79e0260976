import { countAllocated, Text } from "./base";

/** An output up to this size is kept for the next one. */
const KEPT_SIZE = 1 << 20;

let output = new StaticArray<u8>(4096);
/** How many bytes before the end of the output were written. */
let written: i32 = 0;

/** Makes the output empty. */
export function startOutput(): void {
  written = 0;
  if (output.length > KEPT_SIZE) {
    output = new StaticArray<u8>(4096);
    countAllocated(output.length);
  }
}

/** The number of bytes of the output. */
export function outputSize(): i32 {
  return written;
}

/** The address of the output. */
export function outputPlace(): usize {
  return changetype<usize>(output) + output.length - written;
}

/** Makes room for bytes before those that are there. Returns their address. */
export function room(size: i32): usize {
  const needed = written + size;
  if (needed > output.length) {
    const more = new StaticArray<u8>(needed > 0x20000000 ? needed : 2 * needed);
    countAllocated(more.length);
    memory.copy(changetype<usize>(more) + more.length - written, outputPlace(), written);
    output = more;
  }
  written = needed;
  return changetype<usize>(output) + output.length - needed;
}

export function writeBytes(start: usize, size: i32): void {
  memory.copy(room(size), start, size);
}

export function writeByte(byte: u8): void {
  store<u8>(room(1), byte);
}

export function writeVarint(value: u64): void {
  let size = 1;
  for (let rest = value >> 7; rest !== 0; rest >>= 7) {
    size++;
  }
  let place = room(size);
  for (; value >= 0x80; value >>= 7) {
    store<u8>(place++, <u8>(value | 0x80));
  }
  store<u8>(place, <u8>value);
}

export function writeTag(number: u32, wireType: u32): void {
  writeVarint(((<u64>number) << 3) | wireType);
}

export function writeText(text: Text): void {
  writeBytes(text.start, text.length);
}

/** Writes a delimited field: the content that was written since `before`, then size and tag. */
export function close(number: u32, before: i32): void {
  writeVarint(written - before);
  writeTag(number, 2);
}

export function writeDelimited(number: u32, text: Text): void {
  writeText(text);
  writeVarint(text.length);
  writeTag(number, 2);
}
