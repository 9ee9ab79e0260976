export type { LineKernelPlan } from "./line-kernel.js";
export type { TranscoderOptions } from "./options.js";
export { compileTable } from "./table/compile.js";
export { compileHostTable } from "./table/host-table.js";
export { TargetTooSmallError } from "./target.js";
export {
  type ChunkOptions,
  type ConvertedChunk,
  createTranscoder,
  loadTranscoder,
  type RefusedDocument,
  type Transcoder,
} from "./transcoder.js";
