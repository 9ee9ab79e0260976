/*
 * What a program needs that writes the blocks of an archive itself, such as in several threads. It
 * loads no library. Any release may change these exports.
 */
export {
  ArchiveLayout,
  type BlockContent,
  describeBlock,
  randomId,
} from "./archive/layout.js";
export { BLOCK_BYTES, isArchiveStart, MAXIMUM_HEADER_BYTES } from "./archive/parts.js";
