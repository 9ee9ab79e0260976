/*
 * The layout of an accumulation plan: the addresses of its parts, in words of 32 bits from the start
 * of a record. The assembly reads what `writer.ts` and the other modules of this folder write. All
 * pointers are addresses in the memory of the module; 0 means none.
 */

/** The address of the plan. */
export const PLAN = 1024;
/** `SWA1`, little-endian. */
export const MAGIC = 0x31415753;

// The header.
export const PLAN_SIZE = 2;
export const PLAN_EVENT_COUNT = 3;
export const PLAN_EVENTS = 4;
export const PLAN_WORDS = 5;

// An event message.
export const EVENT_NAME = 0;
export const EVENT_MESSAGE = 2;
export const EVENT_SLOT = 3;
export const EVENT_OBJECT_COUNT = 4;
export const EVENT_OBJECTS = 5;
export const EVENT_ARM_COUNT = 6;
export const EVENT_ARMS = 7;
export const EVENT_UNNAMED_COUNT = 8;
export const EVENT_UNNAMED = 9;
export const EVENT_WORDS = 10;

// The type of an object.
export const OBJECT_MESSAGE = 0;
export const OBJECT_ID = 1;
export const OBJECT_IDENTITY_COUNT = 2;
export const OBJECT_IDENTITY = 3;
export const OBJECT_WORDS = 4;

// A member that identifies an object: its field and its name.
export const IDENTITY_FIELD = 0;
export const IDENTITY_NAME = 1;
export const IDENTITY_WORDS = 3;

// An arm of the event.
export const ARM_FIELD = 0;
export const ARM_EFFECT = 1;
export const ARM_ENDING = 2;
export const ARM_WORDS = 3;

export const DONE = 1;
export const ERROR = 2;

// How an event that is not in the arm of an ending ends the stream.
export const UNNAMED_ENDING = 0;
export const UNNAMED_TEXT_FIELD = 1;
export const UNNAMED_TEXT = 2;
export const UNNAMED_WITH = 4;
export const UNNAMED_SLOT = 6;
export const UNNAMED_CONTENT = 7;
export const UNNAMED_OTHER = 9;
export const UNNAMED_OTHER_TAG = 10;
export const UNNAMED_OTHER_CONTENT = 11;
export const UNNAMED_FLAG = 12;
export const UNNAMED_ARM = 13;
export const UNNAMED_ARM_MEMBER = 14;
export const UNNAMED_WORDS = 15;

// The effect of an event on an object.
export const EFFECT_OBJECT = 0;
export const EFFECT_ID_HOLDER = 1;
export const EFFECT_ID = 2;
export const EFFECT_FLAGS = 3;
export const EFFECT_REPLACES = 4;
export const EFFECT_VALUE = 5;
export const EFFECT_CHANGE_COUNT = 6;
export const EFFECT_CHANGES = 7;
export const EFFECT_WORDS = 8;

export const LATEST = 1;
export const SINGLE = 2;
export const ENDS_OBJECT = 4;
export const ENDS_STREAM = 8;

// A change: the field of the payload with the delta, or 0, and the merge.
export const CHANGE_FIELD = 0;
export const CHANGE_MERGE = 1;
export const CHANGE_WORDS = 2;

// A message type.
export const MESSAGE_NAME = 0;
export const MESSAGE_KIND = 2;
export const MESSAGE_SLOTS = 3;
export const MESSAGE_SIZE = 4;
export const MESSAGE_FIELD_COUNT = 5;
export const MESSAGE_FIELDS = 6;
export const MESSAGE_BLANK_NAME_COUNT = 7;
export const MESSAGE_BLANK_NAMES = 8;
export const MESSAGE_BLANK_NUMBER_COUNT = 9;
export const MESSAGE_BLANK_NUMBERS = 10;
/** The slot of the oneof of a union. */
export const MESSAGE_SLOT = 11;
/** The list field of an array. */
export const MESSAGE_LIST = 12;
export const MESSAGE_RESIDUE = 13;
export const MESSAGE_WORDS = 14;

// Kinds of messages.
export const OTHER = 0;
export const OBJECT = 1;
export const ARRAY = 2;
export const INLINE = 3;
export const BY_KIND = 4;

// A field of a message.
export const FIELD_NUMBER = 0;
export const FIELD_SLOT = 1;
export const FIELD_TYPE = 2;
export const FIELD_CARDINALITY = 3;
export const FIELD_FLAGS = 4;
export const FIELD_MESSAGE = 5;
export const FIELD_CASE_SIZE = 6;
export const FIELD_NAME = 7;
export const FIELD_WORDS = 9;

export const SINGULAR = 0;
export const LIST = 1;
export const MAP = 2;

export const EXPLICIT = 1;
export const PACKED = 2;
export const ONEOF = 4;
export const RESIDUE = 8;

// Types of fields: those of `ScalarType`, and these.
export const TYPE_DOUBLE = 1;
export const TYPE_FLOAT = 2;
export const TYPE_INT64 = 3;
export const TYPE_UINT64 = 4;
export const TYPE_INT32 = 5;
export const TYPE_FIXED64 = 6;
export const TYPE_FIXED32 = 7;
export const TYPE_BOOL = 8;
export const TYPE_STRING = 9;
export const TYPE_MESSAGE = 11;
export const TYPE_BYTES = 12;
export const TYPE_UINT32 = 13;
export const TYPE_ENUM = 14;
export const TYPE_SFIXED32 = 15;
export const TYPE_SFIXED64 = 16;
export const TYPE_SINT32 = 17;
export const TYPE_SINT64 = 18;

// A member of an object that is stored in a field.
export const MEMBER_NAME = 0;
export const MEMBER_FIELD = 2;
export const MEMBER_PRESENCE = 3;
export const MEMBER_WORDS = 4;

export const REQUIRED = 0;
export const NULLABLE = 1;
export const OPTIONAL = 2;
export const EMPTY = 3;

// A tagged or adjacent union.
export const UNION_SLOT = 0;
export const UNION_TAG = 1;
export const UNION_ARM_COUNT = 3;
export const UNION_ARMS = 4;
export const UNION_WORDS = 5;

// An arm of such a union. The quoted tag is JSON.
export const UNION_ARM_FIELD = 0;
export const UNION_ARM_TAG = 1;
export const UNION_ARM_QUOTED_TAG = 3;
export const UNION_ARM_HAS_NAME = 5;
export const UNION_ARM_NAME = 6;
export const UNION_ARM_WORDS = 8;

// How one union is merged into another.
export const UNION_MERGE_SAID = 0;
export const UNION_MERGE_HELD = 1;
export const UNION_MERGE_ARM_COUNT = 2;
export const UNION_MERGE_ARMS = 3;
export const UNION_MERGE_GROUP_COUNT = 4;
export const UNION_MERGE_WORDS = 5;

export const ARM_MERGE_SAID = 0;
export const ARM_MERGE_HELD = 1;
export const ARM_MERGE_COMBINE = 2;
export const ARM_MERGE_GROUP = 3;
export const ARM_MERGE_WORDS = 4;

// A merge of messages. Word 0 is one of these.
export const MERGE_OBJECTS = 0;
export const MERGE_ARRAYS = 1;
export const MERGE_FIELD = 2;
export const MERGE_PAYLOAD = 3;
export const MERGE_INLINE = 4;
export const MERGE_ELEMENTS = 5;

/** The message that is changed; in every merge. */
export const MERGE_MESSAGE = 1;

export const OBJECTS_MEMBER_COUNT = 2;
export const OBJECTS_MEMBERS = 3;
export const OBJECTS_UNION_COUNT = 4;
export const OBJECTS_UNIONS = 5;
export const OBJECTS_CONSTANT_COUNT = 6;
export const OBJECTS_CONSTANTS = 7;
export const OBJECTS_MERGED_COUNT = 8;
export const OBJECTS_MERGED = 9;
export const OBJECTS_KEPT_COUNT = 10;
export const OBJECTS_KEPT = 11;
export const OBJECTS_WORDS = 12;

export const ARRAYS_SAID = 2;
export const ARRAYS_HELD = 3;
export const ARRAYS_COMBINE = 4;
export const ARRAYS_WORDS = 5;

/** A step of a path into a field: the member and the combination. */
export const STEP_MEMBER = 2;
export const STEP_COMBINE = 3;
export const STEP_WORDS = 4;

/** A step into the payload of a union. */
export const PAYLOAD_ARM = 2;
export const PAYLOAD_UNION = 3;
export const PAYLOAD_COMBINE = 4;
export const PAYLOAD_WORDS = 5;

/** A step into the set arm of an inline union. */
export const INLINE_NAME = 2;
export const INLINE_COUNT = 4;
export const INLINE_ARMS = 5;
export const INLINE_WORDS = 6;

export const INLINE_ARM_FIELD = 0;
export const INLINE_ARM_MERGE = 1;
export const INLINE_ARM_WORDS = 2;

// How a member of a delta changes the object.
export const MEMBER_MERGE_SAID = 0;
export const MEMBER_MERGE_TARGET = 1;
/** The member, the arm or the union. */
export const MEMBER_MERGE_HELD = 2;
export const MEMBER_MERGE_UNION = 3;
export const MEMBER_MERGE_COMBINE = 4;
/** For a tag that is an enum: its strings as JSON. */
export const MEMBER_MERGE_TAG_COUNT = 5;
export const MEMBER_MERGE_TAGS = 6;
export const MEMBER_MERGE_WORDS = 7;

export const TARGET_FIELD = 0;
export const TARGET_ARM = 1;
export const TARGET_TAG = 2;

export const TAG_NUMBER = 0;
export const TAG_TEXT = 1;
export const TAG_WORDS = 3;

// A constant of a delta and its object.
export const CONSTANT_NAME = 0;
export const CONSTANT_OWN = 2;
export const CONSTANT_WORDS = 3;

// A member of the object that deltas keep as text.
export const KEPT_NAME = 0;
export const KEPT_MEMBER = 2;
export const KEPT_COMBINE = 3;
export const KEPT_WORDS = 4;

// A combination of a member's value with that of a delta. Word 0 is one of these.
export const REPLACE = 0;
export const REPLACE_COLLECTION = 1;
export const IDENTIFY = 2;
export const REPLACE_BY_NONZERO = 3;
export const REFUSE_IDENTITY = 4;
export const CONCATENATE = 5;
export const CONCATENATE_BYTES = 6;
export const COMBINE_MAPS = 7;
export const COMBINE_TEXTS = 8;
export const COMBINE_MESSAGES = 9;
export const APPEND = 10;
export const BY_INDEX = 11;
export const CONTINUE = 12;
export const COMBINE_BY_KIND = 13;
export const CHANGE_ELEMENT = 14;
export const FROM_MEMBER = 15;
export const REPLACE_PART = 16;
export const REPLACE_BY_TEXT = 17;

export const COMBINE_MERGE = 1;
export const COMBINE_WORDS = 2;

export const BY_INDEX_MERGE = 1;
export const BY_INDEX_MESSAGE = 2;
export const BY_INDEX_INDEX = 3;
export const BY_INDEX_IDENTIFIER = 4;
export const BY_INDEX_IDENTIFY = 5;
export const BY_INDEX_WORDS = 6;

export const CONTINUE_MERGE = 1;
export const CONTINUE_SLOT = 2;
export const CONTINUE_COUNT = 3;
export const CONTINUE_FIELDS = 4;
export const CONTINUE_WORDS = 5;

export const KIND_SAID = 1;
export const KIND_HELD = 2;
export const KIND_PAIR_COUNT = 3;
export const KIND_PAIRS = 4;
/** Address of the pair of arms for strings. */
export const KIND_TEXT = 5;
/** Address of the pair of arms for lists. */
export const KIND_LIST = 6;
export const KIND_ENLIST = 7;
export const KIND_ARM_COUNT = 8;
export const KIND_ARMS = 9;
export const KIND_WORDS = 10;

/** A pair of arms: said, held, combination. */
export const PAIR_SAID = 0;
export const PAIR_HELD = 1;
export const PAIR_COMBINE = 2;
export const PAIR_WORDS = 3;

/** An arm of a union by kind; its list field, if it is an array. */
export const KIND_ARM_FIELD = 0;
export const KIND_ARM_KIND = 1;
export const KIND_ARM_LIST = 3;
export const KIND_ARM_WORDS = 4;

export const ENLIST_ARRAY = 0;
export const ENLIST_ELEMENT = 1;
export const ENLIST_ARM = 2;
export const ENLIST_WORDS = 3;

export const ELEMENT_COMBINE = 1;
/** The message of an element that can be blank; 0 if it cannot. */
export const ELEMENT_BLANK = 2;
/** The arm of a blank inline union that holds `{}`. */
export const ELEMENT_OTHER = 3;
export const ELEMENT_REPLACES = 4;
export const ELEMENT_INDEX = 5;
export const ELEMENT_WORDS = 6;

export const FROM_MEMBER_MEMBER = 1;
export const FROM_MEMBER_COMBINE = 2;
export const FROM_MEMBER_WORDS = 3;

export const REPLACE_PART_CONVERSION = 1;
export const REPLACE_PART_WORDS = 2;

export const TEXT_IS_ENUM = 1;
export const TEXT_NUMBER = 2;
export const TEXT_TEXT = 3;
export const TEXT_WORDS = 5;

// The conversion of a value to the type of the part that it replaces.
export const CONVERSION_KIND = 0;
export const CONVERSION_SLOT = 1;
export const CONVERSION_SAID_NAME = 2;
export const CONVERSION_HELD_NAME = 4;
export const CONVERSION_MESSAGE = 6;
export const CONVERSION_COUNT = 7;
export const CONVERSION_ARMS = 8;
export const CONVERSION_WORDS = 9;

export const ONLY_ELEMENT = 0;
/** The value is a message. */
export const FROM_MESSAGE = 1;
/** The value is an inline union. */
export const FROM_INLINE = 2;

/** An arm of the value, or 0 for the value itself; and the arm that holds it, or 0 for the value itself. */
export const CONVERSION_ARM_SAID = 0;
export const CONVERSION_ARM_HELD = 1;
export const CONVERSION_ARM_WORDS = 2;
