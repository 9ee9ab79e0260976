import { compileEveryFeature, describeProperties, documentCount } from "@stepwire/testing";
import { engine } from "./property-engine.js";

const schemas = compileEveryFeature();

describeProperties(engine, schemas, Math.ceil(documentCount() / 10));
