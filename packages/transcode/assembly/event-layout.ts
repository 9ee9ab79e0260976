// The layout of what the table says about server-sent events. Only the published kernel reads it.

/** In the header of the table: its event messages, and their count. */
export const TABLE_EVENTS: usize = 16416;
export const TABLE_EVENT_COUNT: usize = 16420;

/** The word of the result after those of layout.ts. */
export const RESULT_SKIPPED: usize = 92;

// An event message: its message, and the members of its document.
export const EVENT_SIZE: usize = 208;
export const EVENT_MESSAGE: usize = 0;
/** The number of the arm for events without a name; 0 if there is none. */
export const EVENT_UNNAMED_ARM: usize = 4;
/** The name of the event, its payload, its identifier, its payload if that is not JSON. */
export const EVENT_NAME: usize = 8;
export const EVENT_CONTENT: usize = 40;
export const EVENT_ID: usize = 72;
export const EVENT_TEXT: usize = 104;
/** The member that says that the payload names the event. */
export const EVENT_FLAG: usize = 136;
/** The member of the payload that names the event; its length is 0 if there is none. */
export const EVENT_KEY: usize = 168;
export const EVENT_KEY_LENGTH: usize = 172;
export const EVENT_ENDS: usize = 176;
export const EVENT_END_COUNT: usize = 180;
/** The arms by number, except those that end the stream. */
export const EVENT_ARMS: usize = 184;
export const EVENT_ARM_COUNT: usize = 188;

// A member of the document. All lengths are 0 if the message has no such member.
/** Its name as JSON and a colon. */
export const PART_KEY: usize = 0;
export const PART_KEY_LENGTH: usize = 4;
/** The JSON Pointer to it. */
export const PART_POINTER: usize = 8;
export const PART_POINTER_LENGTH: usize = 12;
/** The number of its field, if it has one. */
export const PART_NUMBER: usize = 16;

// An event that ends the stream.
export const END_SIZE: usize = 32;
export const END_NAME: usize = 0;
export const END_NAME_LENGTH: usize = 4;
/** The payload, and the payload as a JSON string. */
export const END_TEXT: usize = 8;
export const END_TEXT_LENGTH: usize = 12;
export const END_JSON: usize = 16;
export const END_JSON_LENGTH: usize = 20;
export const END_UNNAMED: usize = 24;
export const END_NUMBER: usize = 28;

// An arm.
export const ARM_SIZE: usize = 16;
export const ARM_NUMBER: usize = 0;
/** The line with the name, empty for the empty name; 0 if the name does not fit into a line. */
export const ARM_LINE: usize = 4;
export const ARM_LINE_LENGTH: usize = 8;
