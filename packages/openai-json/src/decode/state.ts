import type { Fields } from "@stepwire/mapping";
import type { DecodeContext } from "./context.js";
import { ResidueNotes } from "./residue.js";

/** One JSON object on its way into a message. */
export interface ObjectState<Node> {
  readonly fields: Fields;
  /** The nodes of the members that make up unions, by slot. */
  readonly slots: (Node | undefined)[];
  /** What the object has beyond its message; undefined while that is nothing. */
  notes: ResidueNotes | undefined;
}

/** Where to note what the object has beyond its message. */
export function residueOf<Node>(state: ObjectState<Node>): ResidueNotes {
  state.notes ??= new ResidueNotes();
  return state.notes;
}

/** Keeps a member that the schema does not know. */
export function keepUnknown<Node>(
  name: string,
  node: Node,
  state: ObjectState<Node>,
  context: DecodeContext<Node>,
  protoPath: string,
): void {
  const found = context.source.describe(node);
  context.report("unknown_member", protoPath, "no such member", found, node, name);
  keepText(name, node, state, context);
}

/** Keeps a member as text. */
export function keepText<Node>(
  name: string,
  node: Node,
  state: ObjectState<Node>,
  context: DecodeContext<Node>,
): void {
  context.path.push(name);
  const text = context.text(node);
  context.path.pop();
  if (context.keeps) {
    residueOf(state).keep(name, text);
  }
}
