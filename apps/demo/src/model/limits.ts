/** The longest text, in UTF-16 code units, that the editor holds; the start of a longer one is shown. */
export const EDITABLE_LENGTH: number = 256 * 1024;

/** How much of a longer text is shown. */
export const EXCERPT_LENGTH: number = 8 * 1024;

/** How many bytes of binary are explained of a text that the editor holds, and of a longer one. */
export const EXPLAINED_BYTES: number = 512 * 1024;
export const EXPLAINED_EXCERPT_BYTES: number = 4 * 1024;
