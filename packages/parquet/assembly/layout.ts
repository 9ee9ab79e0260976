// The layout of the plan: which fields of a message fill which columns. The module compiles it in;
// scripts/build-columns.ts evaluates it into src/built/layout.ts for the compiler of plans. All
// numbers are 32-bit words; places in a plan are offsets from its start.

/** The first word of a plan: `SWP1`. */
export const PLAN_MAGIC: u32 = 0x31505753;
/** Differs between layouts; it is the second word of a plan. */
export const PLAN_LAYOUT: u32 = 1;

// The head of a plan.
export const PLAN_MAGIC_AT: usize = 0;
export const PLAN_LAYOUT_AT: usize = 4;
export const PLAN_SIZE: usize = 8;
export const PLAN_MESSAGE_COUNT: usize = 12;
/** Where the messages are. */
export const PLAN_MESSAGES: usize = 16;
export const PLAN_HEAD_SIZE: usize = 20;

// A message that can be selected.
export const MESSAGE_NAME: usize = 0;
export const MESSAGE_NAME_SIZE: usize = 4;
export const MESSAGE_COLUMN_COUNT: usize = 8;
export const MESSAGE_COLUMNS: usize = 12;
export const MESSAGE_NODE: usize = 16;
/** The largest number of values of all messages that can contain each other. */
export const MESSAGE_VALUE_COUNT: usize = 20;
export const MESSAGE_SIZE: usize = 24;

// A column of a message. The first one holds the messages themselves.
export const PLAN_COLUMN_TYPE: usize = 0;
/** 1 if the column holds lists. */
export const PLAN_COLUMN_LIST: usize = 4;
export const PLAN_COLUMN_NAME: usize = 8;
export const PLAN_COLUMN_NAME_SIZE: usize = 12;
export const PLAN_COLUMN_SIZE: usize = 16;

// The types of columns.
export const STRING: u32 = 1;
export const BOOLEAN: u32 = 2;
export const INTEGER: u32 = 3;
export const DOUBLE: u32 = 4;
/** Microseconds since 1970 in UTC. */
export const TIMESTAMP: u32 = 5;
export const BINARY: u32 = 6;

// A message that contains values of columns, or messages that do.
export const NODE_VALUE_COUNT: usize = 0;
export const NODE_VALUES: usize = 4;
/** The field with the residue; 0 if there is none. */
export const NODE_RESIDUE: usize = 8;
/** The largest number of a field with actions. */
export const NODE_FIELD_MAX: usize = 12;
/** For each number of a field up to that: where its actions are, or 0. */
export const NODE_FIELDS: usize = 16;
/** The columns with lists that are not null in a row with this message. */
export const NODE_LIST_COUNT: usize = 20;
export const NODE_LISTS: usize = 24;
export const NODE_SIZE: usize = 28;

// A value of a message that goes to a column.
export const VALUE_COLUMN: usize = 0;
/** The number of the field, for notes in the residue; 0 if it has none. */
export const VALUE_FIELD: usize = 4;
/** The name of the member, for texts in the residue. */
export const VALUE_NAME: usize = 8;
export const VALUE_NAME_SIZE: usize = 12;
/** 1 if an unset field means 0, false or the empty string; 0 if it means null. */
export const VALUE_DEFAULT: usize = 16;
export const VALUE_SIZE: usize = 20;

// What to do with a field. The word before the first action is their number.
export const ACTION_KIND: usize = 0;
export const ACTION_A: usize = 4;
export const ACTION_B: usize = 8;
export const ACTION_C: usize = 12;
export const ACTION_SIZE: usize = 16;

/** The field is a message; `a` is the place of its node. */
export const ENTER: u32 = 1;
/** The field is a value; `a` is its index, `b` its type on the wire, `c` the names of an enum. */
export const READ: u32 = 2;
/** A value is a text if the field is present; `a` is its index, `b` the text, `c` the size. */
export const WRITE: u32 = 3;
/** The field is a list of strings; `a` is the column. */
export const APPEND: u32 = 4;

// The types on the wire.
export const WIRE_STRING: u32 = 1;
export const WIRE_BOOLEAN: u32 = 2;
export const WIRE_VARINT: u32 = 3;
/** An integer without sign of 64 bits, as a varint. */
export const WIRE_UNSIGNED: u32 = 4;
export const WIRE_ZIGZAG: u32 = 5;
export const WIRE_FIXED32: u32 = 6;
export const WIRE_SFIXED32: u32 = 7;
export const WIRE_FIXED64: u32 = 8;
export const WIRE_SFIXED64: u32 = 9;
export const WIRE_DOUBLE: u32 = 10;
export const WIRE_ENUM: u32 = 11;

// The names of an enum: the number of values, and for each of them these words.
export const NAME_NUMBER: usize = 0;
export const NAME_TEXT: usize = 4;
export const NAME_TEXT_SIZE: usize = 8;
export const NAME_SIZE: usize = 12;
