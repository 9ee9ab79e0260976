// The only definition of the kernel's memory layout: fixed addresses, the result of a call, and
// the records of the table. The kernel compiles it in; scripts/build-kernel.ts evaluates it into
// src/built/layout.ts, from which src/table writes the table and src/kernel reads results.

/** The result of a call: words of 32 bits, see docs/kernel-abi.md. */
export const RESULT: usize = 64;
export const RESULT_CODE: usize = RESULT;
export const RESULT_OFFSET: usize = RESULT + 4;
export const RESULT_OUTPUT: usize = RESULT + 8;
export const RESULT_DOCUMENTS: usize = RESULT + 12;
export const RESULT_CONSUMED: usize = RESULT + 16;
export const RESULT_BEHIND: usize = RESULT + 20;
export const RESULT_LINES: usize = RESULT + 24;
export const RESULT_SIZE: usize = 28;
/** What the letters of escapes stand for, a byte each; 0 for no escape. */
export const ESCAPES: usize = 3072;
/** Powers of ten, 128 bits each, computed on first use. */
export const POWERS: usize = 4096;
/** The table. Whatever place it tells of is one in this memory. */
export const TABLE: usize = 16384;

/** Room that is kept readable, and zero, behind any input. */
export const PADDING: usize = 64;
/** Room that is kept writable behind the checked end of the output. */
export const SLACK: usize = 256;

// The table's header.
export const TABLE_HEADER_SIZE: usize = 64;
export const TABLE_MAGIC: usize = TABLE;
export const TABLE_ROOT: usize = TABLE + 8;
export const TABLE_MESSAGES: usize = TABLE + 12;
/** The names of the message types that can be chosen, and how many there are. */
export const TABLE_NAMES: usize = TABLE + 16;
export const TABLE_NAME_COUNT: usize = TABLE + 20;
export const MAGIC: u32 = 0x31545753; // "SWT1"

// A message type that can be chosen by its name.
export const CHOICE_SIZE: usize = 16;
export const CHOICE_MESSAGE: usize = 0;
export const CHOICE_NAME: usize = 4;
export const CHOICE_NAME_LENGTH: usize = 8;

// A string that is looked for in JSON: a name, a tag or an enum's value.
export const NAME_SIZE: usize = 96;
/** How many bytes of the text stand in the record itself, from its start on. */
export const NAME_INLINE_BYTES: usize = 32;
export const NAME_LENGTH: usize = 32;
export const NAME_MASK: usize = 36;
export const NAME_NEXT: usize = 40;
export const NAME_VALUE: usize = 44;
export const NAME_TEXT: usize = 48;
// Of a name that is a member's, also what reading it mostly takes.
export const NAME_ACTION: usize = 52;
export const NAME_PRESENCE: usize = 53;
export const NAME_TAG_LENGTH: usize = 54;
export const NAME_ENCODING: usize = 55;
export const NAME_TAG: usize = 56;
export const NAME_BIT: usize = 64;
export const NAME_INDEX: usize = 72;
export const NAME_FIELD: usize = 76;
export const NAME_COLON_MASK: usize = 80;
export const NAME_IMPLICIT: usize = 84;
/** Of an enum, its strings; of a tag, the tags. */
export const NAME_VALUES: usize = 92;
/** Where, in the frame, the state of the member's union is. */
export const NAME_STATE: usize = 88;

export const ACTION_OTHER: u8 = 0;
export const ACTION_STRING: u8 = 1;
export const ACTION_INTEGER: u8 = 2;
export const ACTION_MESSAGE: u8 = 3;
export const ACTION_CONSTANT: u8 = 4;
export const ACTION_TAG: u8 = 5;
export const ACTION_PAYLOAD: u8 = 6;
export const ACTION_ENUM: u8 = 7;
/** A list of objects. */
export const ACTION_LIST: u8 = 8;
/** The payload of an arm that is an array. */
export const ACTION_ARRAY: u8 = 9;
/**
 * A union by kind of which a string is a string: that of the member's action, and this. The tag
 * is then that of the field, a byte for the length of the union, and the tag of the arm.
 */
export const ACTION_BY_KIND: u8 = 0x80;

// A set of names: a hash table.
export const NAMES_MULTIPLIER: usize = 0;
export const NAMES_SHIFT: usize = 4;
export const NAMES_ENTRIES: usize = 8;
/** Which four bytes of a name, quotes included, the hash is of. */
export const NAMES_OFFSET: usize = 12;
export const NAMES_KEY_MASK: usize = 16;
export const NAMES_BUCKETS: usize = 32;

// The string of an enum's number, as JSON text.
export const ENUM_STRING_SIZE: usize = 16;
export const ENUM_STRING_NUMBER: usize = 0;
export const ENUM_STRING_TEXT: usize = 4;
export const ENUM_STRING_LENGTH: usize = 8;

// An entry of the index of fields with large numbers, sorted by number.
export const SPARSE_SIZE: usize = 8;
export const SPARSE_NUMBER: usize = 0;
export const SPARSE_FIELD: usize = 4;

// The text of a member with one value of its enum or boolean.
export const MEMBER_TEXT_ENTRY_SIZE: usize = 8;
export const MEMBER_TEXT_ENTRY_TEXT: usize = 0;
export const MEMBER_TEXT_ENTRY_LENGTH: usize = 4;

// A message.
export const MESSAGE_SIZE: usize = 128;
export const MESSAGE_KIND: usize = 0;
export const MESSAGE_INDEX: usize = 4;
export const MESSAGE_MEMBERS: usize = 8;
export const MESSAGE_MEMBER_COUNT: usize = 12;
export const MESSAGE_NAMES: usize = 16;
export const MESSAGE_UNIONS: usize = 20;
export const MESSAGE_UNION_COUNT: usize = 24;
export const MESSAGE_WORDS: usize = 28;
export const MESSAGE_FRAME: usize = 32;
export const MESSAGE_EXPECTED: usize = 36;
/** The first word of the members whose absence is to be noted. */
export const MESSAGE_EXPECTED_BITS: usize = 96;
/** Whether it has more than one union, or more members than a word has bits. */
export const MESSAGE_LARGE: usize = 108;
/** The state of the payload of its one union, or of none, if all is well; else what no state is. */
export const MESSAGE_DONE: usize = 112;
/** Where, in the frame, the sets of members are. */
export const MESSAGE_SETS: usize = 116;
/** The first name of a member. */
export const MESSAGE_FIRST_NAME: usize = 104;
/** Whether the schema has its members in another order than that of the numbers. */
export const MESSAGE_DISORDERED: usize = 124;
export const MESSAGE_RESIDUE: usize = 40;
export const MESSAGE_FIELDS: usize = 44;
export const MESSAGE_FIELD_COUNT: usize = 48;
export const MESSAGE_DIRECT: usize = 52;
export const MESSAGE_DIRECT_SIZE: usize = 56;
export const MESSAGE_SPARSE: usize = 60;
export const MESSAGE_SPARSE_COUNT: usize = 64;
export const MESSAGE_SLOTS: usize = 68;
// An array has one field: MESSAGE_MEMBERS is that. An inline union has these.
export const INLINE_TAG: usize = 72;
export const INLINE_CONSTANTS: usize = 76;
export const INLINE_ADJACENT: usize = 80;
export const INLINE_ADJACENT_TAG: usize = 84;
export const INLINE_OTHER: usize = 88;
// A union by kind has an arm for each JSON type, or 0, and INLINE_OTHER; where a tag tells objects
// apart, also all else that an inline union has, and INLINE_TAG is not 0.
export const BY_KIND_STRING: usize = 8;
export const BY_KIND_ENUM: usize = 12;
export const BY_KIND_NUMBER: usize = 16;
export const BY_KIND_BOOLEAN: usize = 20;
export const BY_KIND_ARRAY: usize = 24;
export const BY_KIND_OBJECT: usize = 28;
export const BY_KIND_NULL: usize = 32;
/** Where, among the slots, the set arm of an inline union, or one by kind, is noted. */
export const MESSAGE_ONEOF: usize = 92;

export const KIND_OBJECT: u32 = 0;
export const KIND_ARRAY: u32 = 1;
export const KIND_INLINE: u32 = 2;
export const KIND_BY_KIND: u32 = 3;

// A member of an object.
export const MEMBER_SIZE: usize = 48;
export const MEMBER_KIND: usize = 0;
/** Whether a constant may be absent. */
export const MEMBER_OPTIONAL: usize = 2;
export const MEMBER_FIELD: usize = 4;
export const MEMBER_UNION: usize = 8;
export const MEMBER_KEY: usize = 12;
export const MEMBER_KEY_LENGTH: usize = 16;
export const MEMBER_CONSTANT: usize = 20;
export const MEMBER_TEXT: usize = 24;
export const MEMBER_TEXT_LENGTH: usize = 28;
/** Why a member that is unset has no canonical form, or 0. */
export const MEMBER_REASON: usize = 1;
/** What writing it mostly takes. */
export const MEMBER_OUTPUT: usize = 3;
export const MEMBER_IMPLICIT: usize = 40;
export const MEMBER_ENCODING: usize = 41;
/** Of a union by kind, the tag of its arm for strings. */
export const MEMBER_ARM: usize = 41;
/** The tag of its records, if that is one byte. */
export const MEMBER_RECORD: usize = 42;
/** The second byte that the kernel reads with it: not 0 if the tag has more than one byte. */
export const MEMBER_RECORD_IS_LONG: usize = 43;
/** How many bytes of output its texts, or its name and a short value, may take. */
export const MEMBER_ROOM: usize = 44;
/** Of an enum or a boolean, the member's text for each number from 0, and how many. */
export const MEMBER_TEXTS: usize = 20;
export const MEMBER_TEXT_COUNT: usize = 32;

export const OUTPUT_OTHER: u8 = 0;
export const OUTPUT_STRING: u8 = 1;
export const OUTPUT_INTEGER: u8 = 2;
export const OUTPUT_TEXT: u8 = 3;
export const OUTPUT_RECORD: u8 = 4;
/** A union by kind, which has a string if the tag of that arm is `MEMBER_ARM`. */
export const OUTPUT_BY_KIND: u8 = 5;
export const OUTPUT_CONSTANT: u8 = 6;
export const OUTPUT_TAG: u8 = 7;
export const OUTPUT_PAYLOAD: u8 = 8;

export const MEMBER_IS_FIELD: u8 = 0;
export const MEMBER_IS_CONSTANT: u8 = 1;
export const MEMBER_IS_TAG: u8 = 2;
export const MEMBER_IS_PAYLOAD: u8 = 3;
export const MEMBER_IS_CONTENT: u8 = 4;

// A field, also an arm, the elements of a list and the values of a map.
export const FIELD_SIZE: usize = 96;
export const FIELD_KIND: usize = 0;
export const FIELD_PRESENCE: usize = 1;
export const FIELD_FLAGS: usize = 2;
export const FIELD_ENCODING: usize = 3;
export const FIELD_TAG_LENGTH: usize = 4;
export const FIELD_TAG: usize = 8;
export const FIELD_NUMBER: usize = 16;
export const FIELD_TARGET: usize = 20;
export const FIELD_SLOT: usize = 24;
export const FIELD_CONTAINER: usize = 28;
export const FIELD_WIRE: usize = 29;
export const FIELD_MAXIMUM: usize = 32;
export const FIELD_MINIMUM: usize = 40;
export const FIELD_MEMBER_INDEX: usize = 48;
export const FIELD_UNION: usize = 52;
export const FIELD_ARM_TEXT: usize = 56;
export const FIELD_ARM_TEXT_LENGTH: usize = 60;
export const FIELD_VALUE: usize = 64;
export const FIELD_STRINGS: usize = 68;
export const FIELD_STRING_COUNT: usize = 72;
/** Where, among the slots, the set arm of the field's oneof is noted. */
export const FIELD_ONEOF: usize = 76;

export const FIELD_STRING: u8 = 0;
export const FIELD_BOOLEAN: u8 = 1;
export const FIELD_DOUBLE: u8 = 2;
export const FIELD_INTEGER: u8 = 3;
export const FIELD_ENUM: u8 = 4;
export const FIELD_VERBATIM: u8 = 5;
export const FIELD_ANY: u8 = 6;
export const FIELD_MESSAGE: u8 = 7;
export const FIELD_RESIDUE: u8 = 8;
export const FIELD_BYTES: u8 = 9;
/** google.protobuf.NullValue. */
export const FIELD_NULL: u8 = 10;

export const REQUIRED: u8 = 0;
export const NULLABLE: u8 = 1;
export const OPTIONAL: u8 = 2;

/** A scalar that is not written while it is zero. */
export const FLAG_IMPLICIT: u8 = 1;
/** A list whose elements stand in one record. */
export const FLAG_PACKED: u8 = 2;
/** An arm of a tagged or adjacent union. */
export const FLAG_ARM: u8 = 4;
/** Null is a value of the field, and does not say that it is unset. */
export const FLAG_HOLDS_NULL: u8 = 8;

export const SINGULAR: u8 = 0;
export const LIST: u8 = 1;
export const MAP: u8 = 2;

export const ENCODING_VARINT: u8 = 0;
export const ENCODING_ZIGZAG: u8 = 1;
export const ENCODING_FIXED32: u8 = 2;
export const ENCODING_FIXED64: u8 = 3;
/** The bits that say which of the four it is. */
export const ENCODING_FORM: u8 = 3;
/** Added for a type of 32 bits, and for a signed one. */
export const ENCODING_32: u8 = 4;
export const ENCODING_SIGNED: u8 = 8;

// A tagged or adjacent union.
export const UNION_SIZE: usize = 48;
export const UNION_ADJACENT: usize = 0;
export const UNION_OPTIONAL: usize = 4;
export const UNION_TAGS: usize = 8;
export const UNION_OTHER: usize = 12;
export const UNION_OTHER_TAG: usize = 16;
export const UNION_OTHER_CONTENT: usize = 20;
export const UNION_TAG_MEMBER: usize = 24;
export const UNION_INDEX: usize = 32;
export const UNION_ONEOF: usize = 36;

// What the kernel keeps of each object while it reads one (frame.ts): the states of the unions,
// then the sets of members.
export const FRAME_STATES: usize = 16;
export const STATE_SIZE: usize = 32;
/** How many sets of members a frame has. */
export const FRAME_SETS: usize = 4;

// What the kernel keeps of each field while it scans a message (slots.ts).
export const SLOT_SIZE: usize = 16;
