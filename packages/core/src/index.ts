export { type JsonResidue, JsonResidueSchema } from "@stepwire/mapping";
export * from "./gen/stepwire/rpc/v1/index.js";
export * from "./gen/stepwire/v1/index.js";
