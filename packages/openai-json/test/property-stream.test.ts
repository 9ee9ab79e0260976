import { DocumentSchema, StreamEventSchema } from "@stepwire/core";
import { describeProperties } from "@stepwire/testing";
import { engine } from "./property-engine.js";

// A separate file, so that it runs in parallel with the other types.
describeProperties(engine, [StreamEventSchema, DocumentSchema]);
