import type { DecodeContext } from "./context.js";

/** The typed field cannot hold the value; its member is kept verbatim. */
export const UNFIT: unique symbol = Symbol("unfit");

/**
 * Turns JSON into what a field holds. It notes every violation and gives UNFIT
 * where the field cannot hold the value.
 *
 * The context's path leads to the node; to its parent, if the node is given as a
 * `member` of that. Only the decoders of scalars take it: it spares them the
 * keeping of the path.
 */
export type Decoder = <Node>(node: Node, context: DecodeContext<Node>, member?: string) => unknown;
