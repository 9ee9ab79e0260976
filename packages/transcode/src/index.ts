export type { LineKernelPlan } from "./line-kernel.js";
export type { TranscoderOptions } from "./options.js";
export { TargetTooSmallError } from "./target.js";
export {
  type ChunkOptions,
  type ConvertedChunk,
  createTranscoder,
  loadTranscoder,
  type RefusedDocument,
  type Transcoder,
} from "./transcoder.js";
