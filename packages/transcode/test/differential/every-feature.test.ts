import { compileEveryFeature } from "@stepwire/testing";
import { describeDifferential } from "../support/describe-differential.js";

const schemas = compileEveryFeature([
  "Thing",
  "Choice",
  "OpenEvent",
  "ClosedEvent",
  "OptionalTexts",
  "Document",
  "ClosedDocument",
]);

describeDifferential(schemas, 0.5);
