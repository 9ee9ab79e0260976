export { RunStepAccumulator } from "./accumulator.js";
export { type AccumulationCode, AccumulationError, type AccumulationProblem } from "./error.js";
export { type AccumulatorOptions, defaultSetNames } from "./limits.js";
