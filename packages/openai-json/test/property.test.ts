import { RunStepDeltaSchema, RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { describeProperties } from "@stepwire/testing";
import { engine } from "./property-engine.js";

describeProperties(engine, [RunStepSchema, RunStepDeltaSchema, RunStepListSchema]);
