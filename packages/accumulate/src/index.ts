export { type Accumulator, createAccumulator } from "./accumulator.js";
export type { Ending } from "./endings.js";
export { type AccumulationCode, AccumulationError, type AccumulationProblem } from "./error.js";
export { type AccumulatorOptions, defaultSetNames } from "./limits.js";
export { compileAccumulationPlan } from "./plan/index.js";
