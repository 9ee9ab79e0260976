import type { Fields } from "@stepwire/mapping";
import type { DecodeContext } from "./context.js";
import { ResidueNotes } from "./residue.js";

/** The state of reading one JSON object into a message. */
export interface ObjectState<Node> {
  readonly fields: Fields;
  /** The nodes of the members that make up unions, by slot. */
  readonly slots: (Node | undefined)[];
  /** The residue so far; undefined while it is empty. */
  notes: ResidueNotes | undefined;
}

/** Returns the residue of the object; creates it if there is none. */
export function residueOf<Node>(state: ObjectState<Node>): ResidueNotes {
  state.notes ??= new ResidueNotes();
  return state.notes;
}

/** Keeps an unknown member. */
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
