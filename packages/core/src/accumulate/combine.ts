import { type Fields, fieldsOf, type ValueMapping } from "@stepwire/mapping";
import type { MergeContext } from "./context.js";
import { freezeDeep, sizeOf } from "./fields.js";
import { parseJsonString } from "./json-text.js";
import type { MemberState } from "./member.js";
import { mergeTexts } from "./merge-texts.js";

/**
 * What becomes of a member when a delta says something of it. The state that it
 * had before comes back where nothing changes.
 */
export type Combine = (
  before: MemberState,
  said: MemberState,
  context: MergeContext,
) => MemberState;

/** Merges a message of a delta into the one that it changes, if that is there. */
export type MergeMessage = (
  before: Fields | undefined,
  said: unknown,
  context: MergeContext,
) => Fields;

/** Merges the elements of a delta's list into the list that they change. */
export type MergeElements = (
  before: readonly unknown[],
  said: readonly unknown[],
  context: MergeContext,
) => readonly unknown[];

/** What holds for members of every kind: null and absence take nothing away. */
export function combineMember(combine: Combine): Combine {
  return (before, said, context) => {
    switch (said.kind) {
      case "absent":
        return before;
      case "null":
        return before.kind === "absent" ? said : before;
      default:
        return combine(before, said, context);
    }
  };
}

/** A value takes the place of the one before: of scalars, and of lists without an index. */
export const replace: Combine = combineMember((before, said, context) => {
  context.grow(stateSize(said) - stateSize(before));
  return freezeDeep(said);
});

/** As `replace`, but other than a list or map, JSON of another type is refused. */
export const replaceCollection: Combine = combineMember((before, said, context) => {
  refuseText(before, said, context);
  context.grow(stateSize(said) - stateSize(before));
  return freezeDeep(said);
});

/** Text is appended. A half of a character that came as an escape waits for its other half. */
export const concatenate: Combine = combineMember((before, said, context) => {
  if (before.kind === "value" && said.kind === "value") {
    const tail = String(said.value);
    context.grow(tail.length);
    return { kind: "value", value: String(before.value) + tail };
  }
  if (before.kind === "absent" || before.kind === "null") {
    context.grow(stateSize(said));
    return said;
  }
  const [head, tail] = [stringOf(before, context), stringOf(said, context)];
  if (head === undefined || tail === undefined) {
    return refuseText(before, said, context);
  }
  const joined = head + tail;
  const after: MemberState = joined.isWellFormed()
    ? { kind: "value", value: joined }
    : { kind: "text", text: JSON.stringify(joined) };
  context.grow(stateSize(after) - stateSize(before));
  return after;
});

/** Messages are merged, each in its own way. */
export function combineMessages(merge: MergeMessage): Combine {
  return combineMember((before, said, context) => {
    if (said.kind === "value" && before.kind !== "text") {
      const held = before.kind === "value" ? fieldsOf(before.value) : undefined;
      const value = merge(held, said.value, context);
      return value === held ? before : { kind: "value", value };
    }
    return combineTexts(before, said, context);
  });
}

/** The elements of a list are merged by their index. */
export function combineLists(merge: MergeElements): Combine {
  return combineMember((before, said, context) => {
    if (said.kind === "empty") {
      return before.kind === "absent" || before.kind === "null" ? said : before;
    }
    if (said.kind === "value" && before.kind !== "text") {
      const held = before.kind === "value" ? before.value : [];
      return { kind: "value", value: merge(asList(held), asList(said.value), context) };
    }
    return combineTexts(before, said, context);
  });
}

/** The entries of a map are set. */
export const combineMaps: Combine = combineMember((before, said, context) => {
  if (said.kind === "empty") {
    return before.kind === "absent" || before.kind === "null" ? said : before;
  }
  if (said.kind === "value" && before.kind === "value") {
    // A spread makes members of their own of any name, `__proto__` too.
    const value = { ...fieldsOf(before.value), ...fieldsOf(said.value) };
    context.grow(sizeOf(value) - sizeOf(before.value));
    return freezeDeep({ kind: "value", value });
  }
  refuseText(before, said, context);
  context.grow(stateSize(said) - stateSize(before));
  return freezeDeep(said);
});

/** How a member combines by itself, where no option says otherwise. */
export function combineByType(value: ValueMapping): Combine {
  switch (value.kind) {
    case "list":
      return replaceCollection;
    case "map":
      return combineMaps;
    default:
      return replace;
  }
}

/** Members that only texts speak of: objects are merged, all else is set. */
export const combineTexts: Combine = combineMember((before, said, context) => {
  if (said.kind !== "text" || before.kind === "value") {
    return refuseText(before, said, context);
  }
  const text =
    before.kind === "text" && before.text.startsWith("{") && said.text.startsWith("{")
      ? mergeTexts(limited(before.text, context), limited(said.text, context))
      : said.text;
  context.grow(text.length - stateSize(before));
  return { kind: "text", text };
});

function stateSize(state: MemberState): number {
  switch (state.kind) {
    case "text":
      return state.text.length;
    case "value":
      return sizeOf(state.value);
    default:
      return 0;
  }
}

function stringOf(state: MemberState, context: MergeContext): string | undefined {
  switch (state.kind) {
    case "text":
      return parseJsonString(limited(state.text, context));
    case "value":
      return limited(String(state.value), context);
    default:
      return undefined;
  }
}

function limited(text: string, context: MergeContext): string {
  const { maxTextLength } = context.limits;
  if (text.length > maxTextLength) {
    context.refuse("too_large", `at most ${maxTextLength} to merge as JSON text`, `${text.length}`);
  }
  return text;
}

/** Refuses to let what the schema can hold, and what it cannot, replace each other. */
function refuseText(before: MemberState, said: MemberState, context: MergeContext): MemberState {
  if (before.kind === "text" && said.kind !== "text") {
    context.refuse(
      "not_mergeable",
      "JSON of the other type that is there",
      "what the schema holds",
    );
  }
  if (before.kind === "value" && said.kind === "text") {
    context.refuse("not_mergeable", "what the schema holds", "JSON of another type");
  }
  return said;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
