import type { DecodeContext } from "./context.js";

/** The result if the typed field cannot hold the value, so that its member is kept verbatim. */
export const UNFIT: unique symbol = Symbol("unfit");

/**
 * Converts JSON to the value of a field. Records every violation, and returns UNFIT if the field cannot
 * hold the value.
 *
 * The path of the context ends at the node; with `member`, it ends at the parent of the node. Only
 * decoders of scalars accept `member`: then the path does not have to be changed for each scalar.
 */
export type Decoder = <Node>(node: Node, context: DecodeContext<Node>, member?: string) => unknown;
