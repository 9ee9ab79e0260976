import { compileEveryFeature } from "@stepwire/testing";
import { describeDifferential } from "../support/describe-differential.js";

describeDifferential(compileEveryFeature(), 0.25);
