export { type JsonResidue, JsonResidueSchema } from "@stepwire/mapping";
export { RunStepAccumulator } from "./accumulate/accumulator.js";
export {
  type AccumulationCode,
  AccumulationError,
  type AccumulationProblem,
} from "./accumulate/error.js";
export { jsonValueEnd, parseJsonString, splitJsonObject } from "./accumulate/json-text.js";
export { type AccumulatorOptions, defaultSetNames } from "./accumulate/limits.js";
export {
  type AnnotationVisitor,
  annotate,
  findProblem,
  visitAnnotations,
} from "./annotate/annotate.js";
export type {
  AnnotatedContent,
  AnnotatedMessage,
  AnnotatedScalar,
  Annotation,
  AnnotationProblem,
  ByteRange,
  WireTypeName,
} from "./annotate/annotation.js";
export { type ArchivedDocument, readArchive } from "./archive/archive.js";
export {
  type ArchiveBlock,
  type ArchiveBlockOptions,
  type ArchiveReadOptions,
  readArchiveBlocks,
} from "./archive/archive-blocks.js";
export { type ArchiveSize, archiveSizeAt, archiveSizePrefix } from "./archive/size.js";
export {
  ArchiveError,
  findWholeDocuments,
  type WholeDocuments,
  type WholeDocumentsOptions,
} from "./archive/whole-documents.js";
export { type DocumentContent, documentContent, documentSchemas } from "./document.js";
export * from "./gen/stepwire/v1/document_pb.js";
export * from "./gen/stepwire/v1/merge_pb.js";
export * from "./gen/stepwire/v1/run_step_delta_pb.js";
export * from "./gen/stepwire/v1/run_step_pb.js";
export * from "./gen/stepwire/v1/run_step_service_pb.js";
export * from "./gen/stepwire/v1/stream_event_pb.js";
export * from "./gen/stepwire/v1/tool_call_pb.js";
