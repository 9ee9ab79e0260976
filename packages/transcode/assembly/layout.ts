// Where things stand in memory, and the shape of the records of the table.
// docs/kernel-abi.md describes both; src/table writes what is read here.

/** The words through which a host and the kernel talk. */
export const CONTROL: usize = 64;
/** What the letters of escapes stand for, a byte each; 0 for no escape. */
export const ESCAPES: usize = 3072;
/** Powers of ten, 128 bits each, computed on first use. */
export const POWERS: usize = 4096;
/** The table. A fixed place makes every access to it one instruction. */
export const TABLE: usize = 16384;

/** Room that is kept readable, and zero, behind any input. */
export const PADDING: usize = 64;
/** Room that is kept writable behind the checked end of the output. */
export const SLACK: usize = 256;

// The table's header.
export const TABLE_MAGIC: usize = TABLE;
export const TABLE_ROOT: usize = TABLE + 8;
export const TABLE_MESSAGES: usize = TABLE + 12;
/** The names of the message types that can be chosen, and how many there are. */
export const TABLE_NAMES: usize = TABLE + 16;
export const TABLE_NAME_COUNT: usize = TABLE + 20;
export const MAGIC: u32 = 0x31545753; // "SWT1"

// A string that is looked for in JSON: a name, a tag or an enum's value.
export const NAME_SIZE: usize = 96;
export const NAME_LENGTH: usize = TABLE + 32;
export const NAME_MASK: usize = TABLE + 36;
export const NAME_NEXT: usize = TABLE + 40;
export const NAME_VALUE: usize = TABLE + 44;
export const NAME_TEXT: usize = TABLE + 48;
// Of a name that is a member's, also what reading it mostly takes.
export const NAME_ACTION: usize = TABLE + 52;
export const NAME_PRESENCE: usize = TABLE + 53;
export const NAME_TAG_LENGTH: usize = TABLE + 54;
export const NAME_ENCODING: usize = TABLE + 55;
export const NAME_TAG: usize = TABLE + 56;
export const NAME_BIT: usize = TABLE + 64;
export const NAME_INDEX: usize = TABLE + 72;
export const NAME_FIELD: usize = TABLE + 76;
export const NAME_COLON_MASK: usize = TABLE + 80;
export const NAME_IMPLICIT: usize = TABLE + 84;
/** Of an enum, its strings; of a tag, the tags. */
export const NAME_VALUES: usize = TABLE + 92;
/** Where, in the frame, the state of the member's union is. */
export const NAME_STATE: usize = TABLE + 88;

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

// A set of names: a hash table.
export const NAMES_MULTIPLIER: usize = TABLE;
export const NAMES_SHIFT: usize = TABLE + 4;
export const NAMES_ENTRIES: usize = TABLE + 8;
/** Which four bytes of a name, quotes included, the hash is of. */
export const NAMES_OFFSET: usize = TABLE + 12;
export const NAMES_KEY_MASK: usize = TABLE + 16;
export const NAMES_BUCKETS: usize = TABLE + 32;

// A message.
export const MESSAGE_KIND: usize = TABLE;
export const MESSAGE_INDEX: usize = TABLE + 4;
export const MESSAGE_MEMBERS: usize = TABLE + 8;
export const MESSAGE_MEMBER_COUNT: usize = TABLE + 12;
export const MESSAGE_NAMES: usize = TABLE + 16;
export const MESSAGE_UNIONS: usize = TABLE + 20;
export const MESSAGE_UNION_COUNT: usize = TABLE + 24;
export const MESSAGE_WORDS: usize = TABLE + 28;
export const MESSAGE_FRAME: usize = TABLE + 32;
export const MESSAGE_EXPECTED: usize = TABLE + 36;
/** The first word of the members whose absence is to be noted. */
export const MESSAGE_EXPECTED_BITS: usize = TABLE + 96;
/** Whether it has no union and not more members than a word has bits. */
export const MESSAGE_PLAIN: usize = TABLE + 108;
/** Whether it has one union, and not more members than a word has bits. */
export const MESSAGE_ONE_UNION: usize = TABLE + 112;
/** The first name of a member. */
export const MESSAGE_FIRST_NAME: usize = TABLE + 104;
/** Whether the schema has its members in another order than that of the numbers. */
export const MESSAGE_DISORDERED: usize = TABLE + 124;
export const MESSAGE_RESIDUE: usize = TABLE + 40;
export const MESSAGE_FIELDS: usize = TABLE + 44;
export const MESSAGE_FIELD_COUNT: usize = TABLE + 48;
export const MESSAGE_DIRECT: usize = TABLE + 52;
export const MESSAGE_DIRECT_SIZE: usize = TABLE + 56;
export const MESSAGE_SPARSE: usize = TABLE + 60;
export const MESSAGE_SPARSE_COUNT: usize = TABLE + 64;
export const MESSAGE_SLOTS: usize = TABLE + 68;
// An array has one field: MESSAGE_MEMBERS is that. An inline union has these.
export const INLINE_TAG: usize = TABLE + 72;
export const INLINE_CONSTANTS: usize = TABLE + 76;
export const INLINE_ADJACENT: usize = TABLE + 80;
export const INLINE_ADJACENT_TAG: usize = TABLE + 84;
export const INLINE_OTHER: usize = TABLE + 88;
/** Where, among the slots, the set arm of an inline union is noted. */
export const MESSAGE_ONEOF: usize = TABLE + 92;

export const KIND_OBJECT: u32 = 0;
export const KIND_ARRAY: u32 = 1;
export const KIND_INLINE: u32 = 2;

// A member of an object.
export const MEMBER_SIZE: usize = 48;
export const MEMBER_KIND: usize = TABLE;
/** Whether a constant may be absent. */
export const MEMBER_OPTIONAL: usize = TABLE + 2;
export const MEMBER_FIELD: usize = TABLE + 4;
export const MEMBER_UNION: usize = TABLE + 8;
export const MEMBER_KEY: usize = TABLE + 12;
export const MEMBER_KEY_LENGTH: usize = TABLE + 16;
export const MEMBER_CONSTANT: usize = TABLE + 20;
export const MEMBER_TEXT: usize = TABLE + 24;
export const MEMBER_TEXT_LENGTH: usize = TABLE + 28;
/** Why a member that is unset has no canonical form, or 0. */
export const MEMBER_REASON: usize = TABLE + 1;
/** What writing it mostly takes. */
export const MEMBER_OUTPUT: usize = TABLE + 3;
export const MEMBER_IMPLICIT: usize = TABLE + 40;
export const MEMBER_ENCODING: usize = TABLE + 41;
/** The tag of its records, if that is one byte. */
export const MEMBER_RECORD: usize = TABLE + 42;
/** How many bytes of output its texts, or its name and a short value, may take. */
export const MEMBER_ROOM: usize = TABLE + 44;
/** Of an enum or a boolean, the member's text for each number from 0, and how many. */
export const MEMBER_TEXTS: usize = TABLE + 20;
export const MEMBER_TEXT_COUNT: usize = TABLE + 32;

export const OUTPUT_OTHER: u8 = 0;
export const OUTPUT_STRING: u8 = 1;
export const OUTPUT_INTEGER: u8 = 2;
export const OUTPUT_TEXT: u8 = 3;
export const OUTPUT_RECORD: u8 = 4;
export const OUTPUT_CONSTANT: u8 = 5;
export const OUTPUT_TAG: u8 = 6;
export const OUTPUT_PAYLOAD: u8 = 7;

export const MEMBER_IS_FIELD: u8 = 0;
export const MEMBER_IS_CONSTANT: u8 = 1;
export const MEMBER_IS_TAG: u8 = 2;
export const MEMBER_IS_PAYLOAD: u8 = 3;
export const MEMBER_IS_CONTENT: u8 = 4;

// A field, also an arm, the elements of a list and the values of a map.
export const FIELD_KIND: usize = TABLE;
export const FIELD_PRESENCE: usize = TABLE + 1;
export const FIELD_FLAGS: usize = TABLE + 2;
export const FIELD_ENCODING: usize = TABLE + 3;
export const FIELD_TAG_LENGTH: usize = TABLE + 4;
export const FIELD_TAG: usize = TABLE + 8;
export const FIELD_NUMBER: usize = TABLE + 16;
export const FIELD_TARGET: usize = TABLE + 20;
export const FIELD_SLOT: usize = TABLE + 24;
export const FIELD_CONTAINER: usize = TABLE + 28;
export const FIELD_WIRE: usize = TABLE + 29;
export const FIELD_MAXIMUM: usize = TABLE + 32;
export const FIELD_MINIMUM: usize = TABLE + 40;
export const FIELD_MEMBER_INDEX: usize = TABLE + 48;
export const FIELD_UNION: usize = TABLE + 52;
export const FIELD_ARM_TEXT: usize = TABLE + 56;
export const FIELD_ARM_TEXT_LENGTH: usize = TABLE + 60;
export const FIELD_VALUE: usize = TABLE + 64;
export const FIELD_STRINGS: usize = TABLE + 68;
export const FIELD_STRING_COUNT: usize = TABLE + 72;
/** Where, among the slots, the set arm of the field's oneof is noted. */
export const FIELD_ONEOF: usize = TABLE + 76;

export const FIELD_STRING: u8 = 0;
export const FIELD_BOOLEAN: u8 = 1;
export const FIELD_DOUBLE: u8 = 2;
export const FIELD_INTEGER: u8 = 3;
export const FIELD_ENUM: u8 = 4;
export const FIELD_VERBATIM: u8 = 5;
export const FIELD_ANY: u8 = 6;
export const FIELD_MESSAGE: u8 = 7;
export const FIELD_RESIDUE: u8 = 8;

export const REQUIRED: u8 = 0;
export const NULLABLE: u8 = 1;
export const OPTIONAL: u8 = 2;

/** A scalar that is not written while it is zero. */
export const FLAG_IMPLICIT: u8 = 1;
/** A list whose elements stand in one record. */
export const FLAG_PACKED: u8 = 2;
/** An arm of a tagged or adjacent union. */
export const FLAG_ARM: u8 = 4;

export const SINGULAR: u8 = 0;
export const LIST: u8 = 1;
export const MAP: u8 = 2;

export const ENCODING_VARINT: u8 = 0;
export const ENCODING_ZIGZAG: u8 = 1;
export const ENCODING_FIXED32: u8 = 2;
export const ENCODING_FIXED64: u8 = 3;
/** Added for a type of 32 bits, and for a signed one. */
export const ENCODING_32: u8 = 4;
export const ENCODING_SIGNED: u8 = 8;

// A tagged or adjacent union.
export const UNION_SIZE: usize = 48;
export const UNION_ADJACENT: usize = TABLE;
export const UNION_OPTIONAL: usize = TABLE + 4;
export const UNION_TAGS: usize = TABLE + 8;
export const UNION_OTHER: usize = TABLE + 12;
export const UNION_OTHER_TAG: usize = TABLE + 16;
export const UNION_OTHER_CONTENT: usize = TABLE + 20;
export const UNION_TAG_MEMBER: usize = TABLE + 24;
export const UNION_CONTENT_MEMBER: usize = TABLE + 28;
export const UNION_INDEX: usize = TABLE + 32;
export const UNION_ONEOF: usize = TABLE + 36;
