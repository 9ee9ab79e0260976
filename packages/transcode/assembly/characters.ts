// The characters and words that have a meaning in JSON text, as ASCII codes.

export const BACKSPACE: u8 = 0x08;
export const TAB: u8 = 0x09;
export const LINE_FEED: u8 = 0x0a;
export const FORM_FEED: u8 = 0x0c;
export const CARRIAGE_RETURN: u8 = 0x0d;
/** The characters below it are the controls, which a string escapes. */
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const PLUS: u8 = 0x2b;
export const COMMA: u8 = 0x2c;
export const MINUS: u8 = 0x2d;
export const POINT: u8 = 0x2e;
export const SLASH: u8 = 0x2f;
export const DIGIT_0: u8 = 0x30;
export const COLON: u8 = 0x3a;
export const EQUALS: u8 = 0x3d;
export const OPENING_BRACKET: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const CLOSING_BRACKET: u8 = 0x5d;
export const LETTER_A: u8 = 0x61;
export const LETTER_B: u8 = 0x62;
export const LETTER_E: u8 = 0x65;
export const LETTER_F: u8 = 0x66;
export const LETTER_N: u8 = 0x6e;
export const LETTER_R: u8 = 0x72;
export const LETTER_T: u8 = 0x74;
export const LETTER_U: u8 = 0x75;
export const OPENING_BRACE: u8 = 0x7b;
export const CLOSING_BRACE: u8 = 0x7d;
export const TILDE: u8 = 0x7e;

/** The bit that turns an upper-case letter into the lower-case one. */
export const LOWER_CASE: u8 = 0x20;

// Words as `load<u32>` reads them. Of `false`, an `e` follows.
export const WORD_TRUE: u32 = 0x65757274;
export const WORD_NULL: u32 = 0x6c6c756e;
export const WORD_FALS: u32 = 0x736c6166;

// Pairs of characters as `store<u16>` writes them.
export const TILDE_ESCAPE: u16 = 0x307e; // "~0"
export const SLASH_ESCAPE: u16 = 0x317e; // "~1"
export const E_MINUS: u16 = 0x2d65;
export const E_PLUS: u16 = 0x2b65;
/** The start of an escape of four hexadecimal digits, of which two are zero: `\u00`. */
export const UNICODE_ESCAPE: u32 = 0x3030755c;
/** The text `0.000000`. */
export const ZERO_POINT_ZEROS: u64 = 0x3030303030302e30;
