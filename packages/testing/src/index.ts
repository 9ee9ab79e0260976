export type { DocumentCase, TextCase } from "./engine/case.js";
export { corruptions } from "./engine/corruptions.js";
export { describeEngine, type Shortcomings } from "./engine/describe-engine.js";
export type {
  ByteEngine,
  ByteEngineOptions,
  ByteEngineViolation,
  MessageEngine,
} from "./engine/engines.js";
export {
  compileEveryFeature,
  compileSchemas,
  type EveryFeatureName,
  type SchemaLookup,
} from "./engine/schemas.js";
export { documentTables, editTables, messageTables, textTables } from "./engine/tables.js";
export { caseBinary } from "./engine/verify-message.js";
export {
  type Applied,
  type Refusal,
  WasmAccumulator,
  type WasmAccumulatorOptions,
} from "./engine/wasm-accumulator.js";
export { residueMember, type WireRecord, writeWire } from "./engine/wire.js";
export { documentArbitrary } from "./generate/arbitrary.js";
export {
  DocumentGenerator,
  type DocumentOptions,
  type GeneratedDocument,
} from "./generate/document.js";
export {
  type ExpectedCode,
  type ExpectedViolation,
  type Flaw,
  type Mode,
  type Rightness,
  violationsIn,
} from "./generate/expectation.js";
export { fitsDouble, normalizeDecimal } from "./json/decimal.js";
export { jsonDifference, jsonEqual, nodeDifference } from "./json/json-equal.js";
export { JsonDecimal, type JsonNode, readJson } from "./json/read-json.js";
export { sameValue } from "./json/same-value.js";
export {
  type NatsCluster,
  type NatsNode,
  type NatsOptions,
  startNatsServer,
} from "./nats/nats-server.js";
export {
  buildFolder,
  buildProtos,
  type ProtoFiles,
  readProtos,
  registryOf,
} from "./protos/build-protos.js";
export { buildSchemas } from "./protos/build-schemas.js";
export { Random } from "./random.js";
export { reasonOf } from "./suite/attempt.js";
export {
  type CorpusDocument,
  type CorpusStream,
  type CorpusThreadDocument,
  chatDocuments,
  chatStreams,
  corpusDocuments,
  corpusPayloads,
  corpusStreams,
  corpusThreadDocuments,
  describeWithCorpus,
  hasCorpus,
  responsesDocuments,
  responsesStreams,
} from "./suite/corpus.js";
export { createFolder } from "./suite/folder.js";
export { isFrozenDeep } from "./suite/frozen.js";
export { describeWithNats } from "./suite/nats.js";
export { type Program, startGateway, startProgram } from "./suite/program.js";
export { fromSource, projectRoot } from "./suite/project.js";
export { snapshotPrototypes } from "./suite/prototypes.js";
export { runStepObject } from "./suite/run-step.js";
export { printedSeed } from "./suite/seed.js";
export { startServer } from "./suite/server.js";
export {
  type CollectedPoint,
  type CollectedSpan,
  type Collector,
  startCollector,
} from "./telemetry/collector.js";
export { describeProperties, documentCount } from "./verify/describe-properties.js";
