export type {
  EventsConfig,
  ImportConfig,
  MemberConfig,
  SchemaConfig,
  ValueConfig,
} from "./config/config.js";
export { readConfig } from "./config/read-config.js";
export { ImportError, type ImportErrorCode, type ImportMistake } from "./error.js";
export {
  type ImportedFile,
  type ImportInput,
  type ImportResult,
  importSchemas,
  isGenerated,
  lockPath,
  schemaNames,
} from "./import-schemas.js";
export { type MapConfig, type MapResult, mapDocument } from "./map/map-document.js";
export type { MapReport, VerbatimPlace } from "./map/report.js";
export { type ReadLimits, readDocument, type SourceFile } from "./read/read-document.js";
export type { ImportChange, ImportReport, UncheckedPlace } from "./report/model.js";
export { formatReport, summarizeReport } from "./report/text.js";
