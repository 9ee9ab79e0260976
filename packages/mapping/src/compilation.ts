import type { DescMessage } from "@bufbuild/protobuf";
import type { MessageReference } from "./model.js";

/** One mistake in the mapping options of a schema. */
export interface MappingProblem {
  /** The full proto name of the element with the mistake, such as `acme.v1.Event.kind`. */
  readonly path: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** The mapping options of a schema are wrong. The message lists all mistakes. */
export class MappingError extends Error {
  readonly problems: readonly MappingProblem[];

  constructor(problems: readonly MappingProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
    this.name = "MappingError";
    this.problems = problems;
  }
}

/** An element of a schema that a mistake can be reported for. */
export interface Element {
  readonly typeName?: string;
  readonly name: string;
  readonly parent?: { readonly typeName: string } | undefined;
}

/** What the compilation of one message type needs from the whole compilation. */
export interface Compilation {
  /** Reports a mistake. Compilation continues, to find more of them. */
  report(element: Element, message: string): void;
  /** Requests the compilation of another message type and returns a reference to it. */
  reach(desc: DescMessage): MessageReference;
}
