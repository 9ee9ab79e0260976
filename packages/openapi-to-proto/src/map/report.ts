/** How the members of the imported schemas are typed. */
export interface MapReport {
  /** The number of messages and of enums. */
  readonly messages: number;
  readonly enums: number;
  /** Members of objects, by what became of them. */
  readonly members: {
    /** A field with a type of its own, a constant or a tag. */
    readonly typed: number;
    /** A union by JSON kind, or a list or map of such. */
    readonly byKind: number;
    /** Verbatim, because the document says nothing about the value. */
    readonly free: number;
    /** Verbatim or partly so, because the mapping has no expression for the schema. */
    readonly verbatim: number;
  };
  /** The places that became verbatim for lack of an expression. */
  readonly verbatim: readonly VerbatimPlace[];
  /** Roots that are no messages: scalars, lists and maps, which are written where they are used. */
  readonly inline: readonly string[];
}

/** A place that became verbatim. */
export interface VerbatimPlace {
  /** The JSON Pointer of the schema. */
  readonly pointer: string;
  readonly reason: string;
}

export type MemberForm = "typed" | "byKind" | "free" | "verbatim";

/** Returns the form of a member with parts of two forms. */
export function worseForm(one: MemberForm, other: MemberForm): MemberForm {
  const order: readonly MemberForm[] = ["verbatim", "free", "byKind", "typed"];
  return order.find((form) => form === one || form === other) ?? one;
}
