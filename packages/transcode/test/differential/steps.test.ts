import { RunStepDeltaSchema, RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { describeDifferential } from "../support/describe-differential.js";

// Twice as many documents as in a property test, of each of the five top-level types: here and
// in lists.test.ts, which may run at the same time.
describeDifferential([RunStepSchema, RunStepDeltaSchema, StreamEventSchema], 2);
