// @ts-nocheck: TypeScript has no decorators of constants.

// The characters and words that have a meaning in JSON text, as ASCII codes. `@inline` makes the
// compiler treat them as the literals that they are: the compiled kernel is then the same.

@inline export const BACKSPACE: u8 = 0x08;
@inline export const TAB: u8 = 0x09;
@inline export const LINE_FEED: u8 = 0x0a;
@inline export const FORM_FEED: u8 = 0x0c;
@inline export const CARRIAGE_RETURN: u8 = 0x0d;
/** The characters below it are the controls, which a string escapes. */
@inline export const SPACE: u8 = 0x20;
@inline export const QUOTE: u8 = 0x22;
@inline export const PLUS: u8 = 0x2b;
@inline export const COMMA: u8 = 0x2c;
@inline export const MINUS: u8 = 0x2d;
@inline export const POINT: u8 = 0x2e;
@inline export const SLASH: u8 = 0x2f;
@inline export const DIGIT_0: u8 = 0x30;
@inline export const COLON: u8 = 0x3a;
@inline export const EQUALS: u8 = 0x3d;
@inline export const OPENING_BRACKET: u8 = 0x5b;
@inline export const BACKSLASH: u8 = 0x5c;
@inline export const CLOSING_BRACKET: u8 = 0x5d;
@inline export const LETTER_A: u8 = 0x61;
@inline export const LETTER_B: u8 = 0x62;
@inline export const LETTER_E: u8 = 0x65;
@inline export const LETTER_F: u8 = 0x66;
@inline export const LETTER_N: u8 = 0x6e;
@inline export const LETTER_R: u8 = 0x72;
@inline export const LETTER_T: u8 = 0x74;
@inline export const LETTER_U: u8 = 0x75;
@inline export const OPENING_BRACE: u8 = 0x7b;
@inline export const CLOSING_BRACE: u8 = 0x7d;
@inline export const TILDE: u8 = 0x7e;

/** The bit that turns an upper-case letter into the lower-case one. */
@inline export const LOWER_CASE: u8 = 0x20;

// Words as `load<u32>` reads them. Of `false`, an `e` follows.
@inline export const WORD_TRUE: u32 = 0x65757274;
@inline export const WORD_NULL: u32 = 0x6c6c756e;
@inline export const WORD_FALS: u32 = 0x736c6166;

/** A byte that no UTF-8 text contains. */
@inline export const NO_UTF8_BYTE: u8 = 0xff;

// Pairs of characters as `store<u16>` writes them.
@inline export const TILDE_ESCAPE: u16 = 0x307e; // "~0"
@inline export const SLASH_ESCAPE: u16 = 0x317e; // "~1"
@inline export const E_MINUS: u16 = 0x2d65;
@inline export const E_PLUS: u16 = 0x2b65;
/** The start of an escape of four hexadecimal digits, of which two are zero: `\u00`. */
@inline export const UNICODE_ESCAPE: u32 = 0x3030755c;
/** The text `0.000000`. */
@inline export const ZERO_POINT_ZEROS: u64 = 0x3030303030302e30;
