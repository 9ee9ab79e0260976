// The bytes of UTF-8 (RFC 3629). A character is one byte of ASCII, or a first byte and one to three
// that continue it.

/** Bytes below it are ASCII. */
export const NOT_ASCII: u8 = 0x80;
/** The least first byte of two, three and four bytes; 0xc0 and 0xc1 would be overlong forms. */
export const LEAD_2: u8 = 0xc2;
export const LEAD_3: u8 = 0xe0;
export const LEAD_4: u8 = 0xf0;
/** The largest first byte. */
export const LAST_LEAD: u8 = 0xf4;
/** The first byte of surrogates, among others. */
export const LEAD_SURROGATES: u8 = 0xed;
/** The bytes that continue a character. */
export const LEAST_NEXT: u8 = 0x80;
export const LARGEST_NEXT: u8 = 0xbf;
/** After LEAD_3, smaller second bytes are overlong forms; after LEAD_SURROGATES, others are surrogates. */
export const SECOND_3: u8 = 0xa0;
/** After LEAD_4, smaller second bytes are overlong forms; after LAST_LEAD, others are too large. */
export const SECOND_4: u8 = 0x90;

/** The bits that a byte adds to the code point that it continues, and their number. */
export const NEXT_BITS: u32 = 0x3f;
export const NEXT_SIZE: u32 = 6;

// Of a character as `load<u32>` reads it: the bits that mark the bytes after the first, and their
// values.
export const NEXT_MASK_2: u32 = 0xc000;
export const NEXT_MARK_2: u32 = 0x8000;
export const NEXT_MASK_3: u32 = 0xc0c000;
export const NEXT_MARK_3: u32 = 0x808000;
export const NEXT_MASK_4: u32 = 0xc0c0c000;
export const NEXT_MARK_4: u32 = 0x80808000;

// The bits of a character of two, three and four bytes that are not of its code point.
export const FRAME_2: u32 = 0x80c0;
export const FRAME_3: u32 = 0x8080e0;
export const FRAME_4: u32 = 0x808080f0;

/** The least code points of two, three and four bytes. */
export const POINT_2: u32 = 0x80;
export const POINT_3: u32 = 0x800;
export const POINT_4: u32 = 0x10000;
