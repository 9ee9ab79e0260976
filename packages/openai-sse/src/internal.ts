/* For other packages of Stepwire. Any release may change these exports. */
export { countDocuments } from "./event-codec.js";
export { splitUntypedEvents } from "./split-untyped.js";
