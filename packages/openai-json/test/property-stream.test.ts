import { DocumentSchema, StreamEventSchema } from "@stepwire/core";
import { describeProperties } from "@stepwire/testing";
import { engine } from "./property-engine.js";

// A file of their own, so that they run beside the other types.
describeProperties(engine, [StreamEventSchema, DocumentSchema]);
