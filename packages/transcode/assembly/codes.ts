// The reasons for which the kernel stops. The first fifteen are the violations of
// docs/mapping.md.

export const NOT_JSON: u32 = 1;
export const NOT_AN_OBJECT: u32 = 2;
export const DUPLICATE_MEMBER: u32 = 3;
export const LONE_SURROGATE: u32 = 4;
export const TOO_DEEP: u32 = 5;
export const TOO_LARGE: u32 = 6;
export const MISSING_MEMBER: u32 = 7;
export const WRONG_TYPE: u32 = 8;
export const UNKNOWN_MEMBER: u32 = 9;
export const UNKNOWN_VALUE: u32 = 10;
export const UNKNOWN_VARIANT: u32 = 11;
export const TAG_MISMATCH: u32 = 12;
export const NOT_REPRESENTABLE: u32 = 13;
export const INVALID_RESIDUE: u32 = 14;
export const MALFORMED_BINARY: u32 = 15;
/** An unknown field, if the host makes those an error. */
export const UNKNOWN_FIELD: u32 = 16;
/** The memory cannot grow. */
export const OUT_OF_MEMORY: u32 = 17;
/** The table is invalid or has another version. */
export const INVALID_TABLE: u32 = 18;
/** The scratch space is too small. The kernel retries with more, so a host never sees this. */
export const SCRATCH_FULL: u32 = 19;
