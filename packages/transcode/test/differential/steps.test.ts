import { RunStepDeltaSchema, RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { describeDifferential } from "../support/describe-differential.js";

// In CI, 40,000 documents of each of the five top-level types, here and in lists.test.ts, which
// runs in another process.
describeDifferential([RunStepSchema, RunStepDeltaSchema, StreamEventSchema], 4);
