/*
 * Constants of the stream format. docs/stream-format.md defines it.
 */

/** The first bytes of a stream. The first byte is not ASCII, so no text starts like this. */
export const MAGIC: readonly number[] = [0x89, 0x53, 0x57];

/** The version that is written, and the newest that is read. */
export const VERSION = 1;

/** The head of a control record. */
export const CONTROL_HEAD = 0;

/** The codes of control records. */
export const Control = {
  /** The stream is complete. */
  END: 0,
  /** The number of the next event follows. */
  JUMP: 1,
  /** Nothing happened. */
  ALIVE: 2,
  /** The stream broke. A size and bytes that describe the failure follow. */
  FAILURE: 3,
} as const;

/** The second number of a shape: two flags, and a number multiplied by `FACTOR`. */
export const ShapeForm = {
  /** Only a value changed; the number is that of the steps to it. Otherwise it is a mask. */
  VALUE: 1,
  /** The number of the slot follows. Otherwise it equals the number of the arm. */
  SLOT: 2,
  FACTOR: 4,
} as const;

/** Maximum number of bytes of a varint; it holds up to 2^53 - 1. */
export const VARINT_BYTES = 8;

/** Maximum number of fields of a message whose fields are left out or entered. */
export const MAXIMUM_FIELDS = 48;

/** Maximum number of steps to a changed value. */
export const MAXIMUM_STEPS = 16;

/** Field numbers of Protobuf messages, and the numbers of slots, are less than this. */
export const FIELD_NUMBERS: number = 2 ** 29;

/** Size of the state for one slot in addition to its payload, in bytes. */
export const SLOT_BYTES = 64;

/** Number of the first event, unless the writer says otherwise. */
export const FIRST_NUMBER = 1;

/** Default of `maxStateBytes`. */
export const DEFAULT_STATE_BYTES: number = 1024 * 1024;

/** Default of `maxEventBytes`. */
export const DEFAULT_EVENT_BYTES: number = 16 * 1024 * 1024;

/** Default of `maxBlockBytes`. */
export const DEFAULT_BLOCK_BYTES: number = 1024 * 1024;

/** Default of `maxExpansion`. */
export const DEFAULT_EXPANSION = 1000;
