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

/** The head of an event: two flags, and a number multiplied by `FACTOR`. */
export const Head = {
  /** The body is a text that was written before; the number is its place. Otherwise it is the size of the body + 1. */
  TEXT: 1,
  /** A shape follows. */
  SHAPE: 2,
  FACTOR: 4,
} as const;

/** The first number of a shape: a flag, and the arm multiplied by `FACTOR`. */
export const ShapeArm = {
  /** Parts of the body are copied from earlier bodies. */
  COPIES: 1,
  FACTOR: 2,
} as const;

/** The second number of a shape: a kind, a flag, and a number multiplied by `FACTOR`. */
export const ShapeForm = {
  /** The body is the event without the fields that are kept. The number is a mask. */
  EVENT: 0,
  /** The body consists of the changed values. The number is that of the paths to them. */
  VALUES: 1,
  /** The body is the payload without the fields that are kept. The number is a mask. */
  PAYLOAD: 2,
  KINDS: 4,
  /** The number of the slot follows. Otherwise it equals the number of the arm. */
  SLOT: 4,
  FACTOR: 8,
} as const;

/** Maximum number of bytes of a varint; it holds up to 2^53 - 1. */
export const VARINT_BYTES = 8;

/** Maximum number of fields of a message whose fields are left out or entered. */
export const MAXIMUM_FIELDS = 48;

/** Maximum number of steps to a changed value. All of them fit into a varint. */
export const MAXIMUM_STEPS = 8;

/** Maximum number of changed values. */
export const MAXIMUM_VALUES = 8;

/** Maximum number of parts of a body that are copied. */
export const MAXIMUM_COPIES = 256;

/** Size of the end of all earlier bodies from which parts can be copied, in bytes. */
export const HISTORY_BYTES: number = 16 * 1024;

/** Number of texts that are remembered, and their maximum size in bytes. */
export const TEXTS = 32;
export const TEXT_BYTES = 16;

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
