import { DocumentSchema, RunStepListSchema } from "@stepwire/core";
import { describeDifferential } from "../support/describe-differential.js";

describeDifferential([RunStepListSchema, DocumentSchema], 2);
