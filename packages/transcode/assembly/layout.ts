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
/** The character for each escape's letter, one byte each; 0 if there is no such escape. */
export const ESCAPES: usize = 3072;
/** Powers of ten, 128 bits each, computed on first use. */
export const POWERS: usize = 4096;
/** The addresses of the escapes in a chunk of a text: 1,408 bytes after the powers of ten. */
export const ESCAPE_PLACES: usize = 14976;
/** The table. The places in it are addresses in the kernel's memory. */
export const TABLE: usize = 16384;

/** How many bytes after the input are readable and zero. */
export const PADDING: usize = 64;
/** How many bytes after the checked end of the output are writable. */
export const SLACK: usize = 256;

// The table's header.
export const TABLE_HEADER_SIZE: usize = 64;
export const TABLE_MAGIC: usize = TABLE;
export const TABLE_ROOT: usize = TABLE + 8;
export const TABLE_MESSAGES: usize = TABLE + 12;
/** The names of the message types that a host can choose from, and their count. */
export const TABLE_NAMES: usize = TABLE + 16;
export const TABLE_NAME_COUNT: usize = TABLE + 20;
export const MAGIC: u32 = 0x31545753; // "SWT1"

// A message type that a host can choose by its name.
export const CHOICE_SIZE: usize = 16;
export const CHOICE_MESSAGE: usize = 0;
export const CHOICE_NAME: usize = 4;
export const CHOICE_NAME_LENGTH: usize = 8;

// A string to recognize in JSON: a member's name, a tag or an enum's value.
export const NAME_SIZE: usize = 112;
/** How many bytes of the text the record itself holds, at its start. */
export const NAME_INLINE_BYTES: usize = 32;
export const NAME_LENGTH: usize = 32;
export const NAME_MASK: usize = 36;
export const NAME_NEXT: usize = 40;
export const NAME_VALUE: usize = 44;
export const NAME_TEXT: usize = 48;
// If the name is that of a member: what the fast path needs to read it.
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
/** Offset in the frame of the member's piece. */
export const NAME_PIECE: usize = 86;
/**
 * For an enum, the set of its strings; for a tag, the set of tags; for a constant of several arms
 * of an inline union, the set of constants of elements, with their arms.
 */
export const NAME_VALUES: usize = 92;
/** Offset in the frame of the state of the member's union. */
export const NAME_STATE: usize = 88;
/**
 * The name that came last when this one was expected but did not come. The kernel sets it; a wrong
 * one only costs time.
 */
export const NAME_INSTEAD: usize = 96;
/** For an integer in a varint: the fast path reads only numbers below this. */
export const NAME_LIMIT: usize = 104;

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
export const ACTION_BOOLEAN: u8 = 10;
export const ACTION_DOUBLE: u8 = 11;
/**
 * Added to the member's action if it is a union by kind and its string arm holds every string.
 * NAME_TAG is then the tag of the field, one byte for the length of the union, and the tag of the
 * arm.
 */
export const ACTION_BY_KIND: u8 = 0x80;

// A set of names: a hash table.
export const NAMES_MULTIPLIER: usize = 0;
export const NAMES_SHIFT: usize = 4;
export const NAMES_ENTRIES: usize = 8;
/** Offset of the four bytes of a name that are hashed; offset 0 is the opening quote. */
export const NAMES_OFFSET: usize = 12;
export const NAMES_KEY_MASK: usize = 16;
export const NAMES_BUCKETS: usize = 32;

// The string of an enum's number, as JSON text.
export const ENUM_STRING_SIZE: usize = 16;
export const ENUM_STRING_NUMBER: usize = 0;
export const ENUM_STRING_TEXT: usize = 4;
export const ENUM_STRING_LENGTH: usize = 8;

// An entry of the index of fields with large numbers. The index is sorted by number.
export const SPARSE_SIZE: usize = 8;
export const SPARSE_NUMBER: usize = 0;
export const SPARSE_FIELD: usize = 4;

// A message.
export const MESSAGE_SIZE: usize = 192;
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
/** The members whose absence must be recorded, as bits: the first word. */
export const MESSAGE_EXPECTED_BITS: usize = 96;
/** Whether it has more than one union, or more members than a word has bits. */
export const MESSAGE_LARGE: usize = 108;
/**
 * `STATE_PAYLOAD` after a regular object: 1 with a union, 0 without. 255, which no state is, if
 * the message is large or its members are not in the order of their numbers.
 */
export const MESSAGE_DONE: usize = 112;
/** Offset in the frame of the sets of members. */
export const MESSAGE_SETS: usize = 116;
/** Offset in the frame of the pieces. */
export const MESSAGE_PIECES: usize = 120;
/** The name of the first member. */
export const MESSAGE_FIRST_NAME: usize = 104;
/** How the fields are sorted if the members come in another order: one of `ORDER_*`. */
export const MESSAGE_ORDER: usize = 124;
export const MESSAGE_RESIDUE: usize = 40;
export const MESSAGE_FIELDS: usize = 44;
export const MESSAGE_FIELD_COUNT: usize = 48;
export const MESSAGE_DIRECT: usize = 52;
export const MESSAGE_DIRECT_SIZE: usize = 56;
export const MESSAGE_SPARSE: usize = 60;
export const MESSAGE_SPARSE_COUNT: usize = 64;
export const MESSAGE_SLOTS: usize = 68;
// For an array, MESSAGE_MEMBERS is its only field. The following are for an inline union.
export const INLINE_TAG: usize = 72;
export const INLINE_CONSTANTS: usize = 76;
export const INLINE_ADJACENT: usize = 80;
export const INLINE_ADJACENT_TAG: usize = 84;
export const INLINE_OTHER: usize = 88;
/** The name of the list whose first element selects one of several arms with the same constant. */
export const INLINE_LIST: usize = 96;
/** The values of the tag of several adjacent unions, with their arms; 0 if there is at most one. */
export const INLINE_ADJACENT_TAGS: usize = 100;
/** The arm for an object without the tag, or 0. */
export const INLINE_WITHOUT_TAG: usize = 176;
// For a union by kind: an arm for each JSON type, or 0, and INLINE_OTHER. If a tag tells its
// object types apart, INLINE_TAG is not 0 and the fields of an inline union are set as well.
export const BY_KIND_STRING: usize = 8;
export const BY_KIND_ENUM: usize = 12;
export const BY_KIND_NUMBER: usize = 16;
export const BY_KIND_BOOLEAN: usize = 20;
export const BY_KIND_ARRAY: usize = 24;
export const BY_KIND_OBJECT: usize = 28;
export const BY_KIND_NULL: usize = 32;
// How an object is written.
/** The forms of its records, by field number from 0, and their count. */
export const MESSAGE_FORMS: usize = 160;
export const MESSAGE_FORM_COUNT: usize = 164;
/** The gaps before each of its members, and after the last one. */
export const MESSAGE_GAPS: usize = 168;
/** Room for the texts of all members, and for a number in each. */
export const MESSAGE_ROOM: usize = 172;
/** Offset among the slots of the arm that is set in an inline union or a union by kind. */
export const MESSAGE_ONEOF: usize = 92;

/** By the pieces of the members, because the schema declares them in the order of their numbers. */
export const ORDER_PIECES: u32 = 0;
/** By a pass over the message, which has more members than a word has bits. */
export const ORDER_PASS: u32 = 1;
/** By a pass, even if the members come in the order of the schema. */
export const ORDER_ALWAYS: u32 = 2;

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
/** The code to fail with if the member is unset and has no canonical form; else 0. */
export const MEMBER_REASON: usize = 1;
/** Room for its name or any of its texts, and a number. */
export const MEMBER_ROOM: usize = 32;

// A form: how the record of a field is written if the records come in the order of the members.
export const FORM_SIZE: usize = 32;
/** The tag, or `NO_TAG` if the record has no form. */
export const FORM_TAG: usize = 0;
/** How the value is written: one of OUTPUT_*. */
export const FORM_OUTPUT: usize = 2;
/** Whether a zero value means that the field is unset. */
export const FORM_IMPLICIT: usize = 3;
/** The index of the first member that the form writes; at FORM_NEXT, that of the member after. */
export const FORM_FIRST: usize = 4;
export const FORM_NEXT: usize = 6;
/** The text before the value: constants, the tag of a union, the member's name. */
export const FORM_TEXT: usize = 8;
export const FORM_TEXT_LENGTH: usize = 12;
/** The largest number that an integer may be written as. */
export const FORM_MAXIMUM: usize = 16;
/** For an enum or a boolean: the text for each number from 0, and their count. */
export const FORM_TEXTS: usize = 16;
export const FORM_TEXT_COUNT: usize = 20;
/** The message of a nested value. */
export const FORM_TARGET: usize = 16;
/** For a union by kind: the tag of its arm for strings, if it has one byte; else 0. */
export const FORM_TEXT_ARM: usize = 20;
export const FORM_FIELD: usize = 24;
/** The index of the member if its residue is one number; `NO_NOTE` for an arm of a union. */
export const FORM_NOTE: usize = 28;

/** Not the index of a member that can be noted: a set of members has 64 bits. */
export const NO_NOTE: u32 = 64;
/** Not equal to any tag that a form may have. */
export const NO_TAG: u32 = 0xffff;

// A gap between two members: the text of the members that are unset. The texts of all members
// follow one another.
export const GAP_SIZE: usize = 8;
export const GAP_TEXT: usize = 0;
/** How many members before the gap have no canonical form if they are unset. */
export const GAP_NEEDED: usize = 4;

// The text of a form for one value of its enum or boolean.
export const VALUE_TEXT_SIZE: usize = 8;
export const VALUE_TEXT_PLACE: usize = 0;
export const VALUE_TEXT_LENGTH: usize = 4;

export const OUTPUT_OTHER: u8 = 0;
export const OUTPUT_STRING: u8 = 1;
export const OUTPUT_INTEGER: u8 = 2;
export const OUTPUT_TEXT: u8 = 3;
export const OUTPUT_OBJECT: u8 = 4;
export const OUTPUT_MESSAGE: u8 = 5;
export const OUTPUT_LIST: u8 = 6;
/** A list of integers in one record. */
export const OUTPUT_PACKED: u8 = 7;

export const MEMBER_IS_FIELD: u8 = 0;
export const MEMBER_IS_CONSTANT: u8 = 1;
export const MEMBER_IS_TAG: u8 = 2;
export const MEMBER_IS_PAYLOAD: u8 = 3;
export const MEMBER_IS_CONTENT: u8 = 4;

// A field, an arm, the elements of a list or the values of a map.
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
/** Of an arm: the index of the member with its payload, or `NO_MEMBER`. */
export const FIELD_MEMBER_INDEX: usize = 48;
export const FIELD_UNION: usize = 52;
export const FIELD_ARM_TEXT: usize = 56;
export const FIELD_ARM_TEXT_LENGTH: usize = 60;
export const FIELD_VALUE: usize = 64;
export const FIELD_STRINGS: usize = 68;
export const FIELD_STRING_COUNT: usize = 72;
/** Offset among the slots of the arm that is set in the field's oneof. */
export const FIELD_ONEOF: usize = 76;

/** The index that means "no member". */
export const NO_MEMBER: u32 = 0xffffffff;

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
/** A list or map that is written if empty. */
export const EMPTY_WRITTEN: u8 = 3;

/** A scalar without presence: zero is not written. */
export const FLAG_IMPLICIT: u8 = 1;
/** A list with all its elements in one record. */
export const FLAG_PACKED: u8 = 2;
/** An arm of a tagged or adjacent union. */
export const FLAG_ARM: u8 = 4;
/** Null is a value of the field; it does not mean that the field is unset. */
export const FLAG_HOLDS_NULL: u8 = 8;

export const SINGULAR: u8 = 0;
export const LIST: u8 = 1;
export const MAP: u8 = 2;

export const ENCODING_VARINT: u8 = 0;
export const ENCODING_ZIGZAG: u8 = 1;
export const ENCODING_FIXED32: u8 = 2;
export const ENCODING_FIXED64: u8 = 3;
/** The bits that select one of the four encodings above. */
export const ENCODING_FORM: u8 = 3;
/** Flags that are added for a type of 32 bits and for a signed type. */
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

// The frame that the kernel keeps for each object while it reads one (frame.ts): the states of
// the unions, the sets of members, then the pieces of the output, one for each member.
export const FRAME_STATES: usize = 16;
export const STATE_SIZE: usize = 32;
/** How many sets of members a frame has. */
export const FRAME_SETS: usize = 4;
/** A piece of the output: the start and the end of the records of a member. */
export const PIECE_SIZE: usize = 8;
export const PIECE_START: usize = 0;
export const PIECE_END: usize = 4;

// The slot that the kernel keeps for each field while it scans a message (slots.ts).
export const SLOT_SIZE: usize = 16;
