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
export { readArchiveBlocks } from "./archive/archive-blocks.js";
export {
  type ArchiveFile,
  type ArchiveIndex,
  readArchiveIndex,
} from "./archive/archive-index.js";
export type { ArchiveBlockPlace, IndexedArchive } from "./archive/block-place.js";
export type { ArchiveCodec, Checksum } from "./archive/codec.js";
export { ArchiveError, type ArchiveErrorCode, type ArchivePlace } from "./archive/error.js";
export type {
  ArchiveBlock,
  ArchiveBlockOptions,
  ArchiveBuffer,
  ArchiveDamage,
  ArchiveGap,
  ArchiveReadOptions,
} from "./archive/options.js";
export { type ArchiveSize, archiveSizeAt, archiveSizePrefix } from "./archive/size.js";
export {
  findWholeDocuments,
  type WholeDocuments,
  type WholeDocumentsOptions,
} from "./archive/whole-documents.js";
export { type ArchiveWriteOptions, ArchiveWriter } from "./archive/writer.js";
export { type DocumentContent, documentContent, documentPrefix } from "./document.js";
export {
  messageAtIndexes,
  type RegistryFrame,
  RegistryFrameError,
  type RegistryFrameErrorCode,
  type RegistryFrameOptions,
  readRegistryFrame,
  registryPrefix,
} from "./registry-frame.js";
export { type StreamErrorCode, StreamFailure, StreamFormatError } from "./stream/error.js";
export { readEventStream } from "./stream/read-stream.js";
export { type NumberedEvent, StreamReader, type StreamReadOptions } from "./stream/reader.js";
export { type StreamWriteOptions, StreamWriter } from "./stream/writer.js";
export { countVerbatim, type VerbatimBytes } from "./verbatim.js";
