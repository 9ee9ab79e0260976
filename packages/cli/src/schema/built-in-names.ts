import { modeNames } from "@stepwire/mapping/internal";
import { builtIn } from "./model.js";
import type { BuiltInNames } from "./prebuilt.js";

/** The names, computed from the built-in schema. */
export const builtInNames: BuiltInNames = { typeNames: builtIn.typeNames, modeNames };
