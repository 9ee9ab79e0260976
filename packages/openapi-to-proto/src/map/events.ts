import { pointerTo } from "@stepwire/json";
import type { EventsConfig, MemberConfig } from "../config/config.js";
import type { ReportMistake } from "../error.js";
import type { FieldDeclaration, MessageDeclaration, OneofDeclaration } from "../proto/model.js";
import { shorten } from "../read/reference.js";
import type { Comments } from "./comments.js";
import type { Fields } from "./fields.js";
import type { Schemas } from "./schemas.js";
import type { ObjectShape, SchemaNode, UnionShape } from "./shape.js";
import { stringsOf } from "./tags.js";
import { type Arm, nameArms } from "./union-arms.js";
import { toSnakeCase } from "./words.js";

/** What event messages are made with. */
export interface EventContext {
  readonly fields: Fields;
  readonly schemas: Schemas;
  readonly comments: Comments;
  readonly components: ReadonlyMap<string, string>;
  readonly report: ReportMistake;
  /** The pointer of the choices in the config. */
  readonly pointer: string;
}

/**
 * Returns the event message of a stream whose payloads are the objects of a union, and the message
 * for all other events.
 *
 * @param name the name of the event message
 * @param otherName the name of the message for other events
 */
export function eventMessages(
  union: UnionShape | ObjectShape,
  name: string,
  otherName: string,
  events: EventsConfig,
  context: EventContext,
): MessageDeclaration[] {
  const tag = events.tag ?? (union.kind === "union" ? union.tag : undefined) ?? "type";
  const payloads = [...payloadArms(union, tag, context), ...furtherArms(events, context)];
  const choices = new Map(events.members);
  checkChoices(payloads, choices, context);
  const { comments } = context;
  const arms: Arm[] = [...payloads, ...doneArm(events, comments)];
  arms.push({
    name: "other",
    key: "other",
    comment: comments.fact("Any other event, verbatim."),
    type: { kind: "message", name: otherName },
    options: { anyOther: true },
  });
  if (events.done !== undefined) {
    choices.set("done", events.done);
  }
  const oneof: OneofDeclaration = {
    kind: "oneof",
    name: arms.some((arm) => arm.name === "event") ? "one_of" : "event",
    comment: comments.fact("The kind of event, with its payload."),
    shape: { case: "adjacent", tag: "event", content: "data" },
    fields: nameArms(arms, choices).map(withoutDefaultTag),
  };
  const source = union.node.pointer;
  return [
    {
      kind: "message",
      name,
      comment:
        events.comment ??
        comments.fact('One event of a stream. As JSON: {"event": name, "data": payload}.'),
      source,
      options: events.options === undefined ? {} : { further: events.options },
      members: [oneof, ...eventFields(tag, comments)],
      residue: true,
    },
    {
      kind: "message",
      name: otherName,
      comment: comments.fact("An event of a kind that this schema does not describe."),
      source: `${source}/#other`,
      options: {},
      members: otherFields(comments),
      residue: false,
    },
  ];
}

/** Returns the name of the message for other events: "Other" is put before "Event". */
export function nameForOthers(name: string): string {
  return [name.replace(/(?:Stream)?Event$/, ""), "Other", "Event"].join("");
}

function payloadArms(
  union: UnionShape | ObjectShape,
  tag: string,
  { fields, schemas, comments }: EventContext,
): Arm[] {
  const objects = union.kind === "union" ? union.arms : [union];
  return objects.flatMap((arm) => {
    if (arm.kind !== "object") {
      return [];
    }
    const member = arm.members.get(tag);
    const values = (member && stringsOf(member, schemas)) ?? [];
    return values.map((value) => ({
      ...armFor(value, arm, comments),
      type: fields.arm(arm),
    }));
  });
}

function furtherArms({ arms }: EventsConfig, context: EventContext): Arm[] {
  return [...(arms ?? [])].flatMap(([event, schema]) => {
    const node = nodeOf(schema, event, context);
    if (node === undefined) {
      return [];
    }
    const { type, verbatim } = context.fields.element(node);
    return [
      { ...armFor(event, { node }, context.comments), type, options: verbatim ? { verbatim } : {} },
    ];
  });
}

function nodeOf(schema: string, event: string, context: EventContext): SchemaNode | undefined {
  const pointer = context.components.get(schema);
  if (pointer === undefined) {
    context.report({
      code: "invalid_config",
      pointer: ["arms", event].reduce(pointerTo, context.pointer),
      expected: "the name of a schema of the document",
      found: shorten(schema),
    });
    return undefined;
  }
  return context.schemas.at(pointer, pointer);
}

function armFor(
  event: string,
  payload: { readonly node: SchemaNode },
  comments: Comments,
): Omit<Arm, "type"> {
  const name = toSnakeCase(event);
  return {
    name: /^[a-z]/.test(name) ? name : `event_${name}`,
    key: `event=${event}`,
    value: event,
    comment: comments.arm(payload, `The event ${JSON.stringify(event)}.`),
  };
}

function doneArm({ doneText }: EventsConfig, comments: Comments): Arm[] {
  if (doneText === undefined) {
    return [];
  }
  return [
    {
      name: "done",
      key: "done",
      comment: comments.fact(
        `The stream is complete. The payload is the text ${JSON.stringify(doneText)}; as JSON, the name is too.`,
      ),
      type: { kind: "scalar", name: "string" },
      options: {
        tagValue: doneText,
        presence: "optional",
        further: new Map([
          ["stepwire.json.v1.sse", `{ done_text: ${JSON.stringify(doneText)} done_unnamed: true }`],
          ["stepwire.json.v1.event", "{ effect: EFFECT_END }"],
        ]),
      },
    },
  ];
}

/** Leaves out the tag's value of an arm that has its name, and adds that of others. */
function withoutDefaultTag(field: FieldDeclaration): FieldDeclaration {
  const value = field.key.startsWith("event=") ? field.key.slice("event=".length) : undefined;
  return value === undefined || value === field.name
    ? field
    : { ...field, options: { ...field.options, tagValue: value } };
}

function checkChoices(
  arms: readonly Arm[],
  choices: ReadonlyMap<string, MemberConfig>,
  { report, pointer }: EventContext,
): void {
  const values = new Set(["other", ...arms.map(({ value }) => value)]);
  for (const key of choices.keys()) {
    if (!values.has(key)) {
      report({
        code: "invalid_config",
        pointer: ["members", key].reduce(pointerTo, pointer),
        expected: "the name of an event of the union",
        found: shorten(key),
      });
    }
  }
}

function eventFields(tag: string, comments: Comments): FieldDeclaration[] {
  const text = { kind: "scalar", name: "string" } as const;
  return [
    {
      kind: "field",
      name: "id",
      key: "id",
      comment: comments.fact("The identifier of the event."),
      label: "optional",
      type: text,
      options: { further: new Map([["stepwire.json.v1.sse", "{ id: true }"]]) },
    },
    {
      kind: "field",
      name: "data_text",
      key: "data_text",
      comment: comments.fact(
        "The payload, verbatim, if it is not JSON. In that case, there is no `data`.",
      ),
      label: "optional",
      type: text,
      options: { further: new Map([["stepwire.json.v1.sse", "{ text: true }"]]) },
    },
    {
      kind: "field",
      name: "unnamed",
      key: "unnamed",
      comment: comments.fact(
        `Whether the event has no line \`event:\`; its name is then the payload's member ${JSON.stringify(tag)}.`,
      ),
      label: "optional",
      type: { kind: "scalar", name: "bool" },
      options: {
        further: new Map([["stepwire.json.v1.sse", `{ named_by: ${JSON.stringify(tag)} }`]]),
      },
    },
  ];
}

function otherFields(comments: Comments): FieldDeclaration[] {
  const text = { kind: "scalar", name: "string" } as const;
  return [
    {
      kind: "field",
      name: "event",
      key: "event",
      comment: comments.fact("The name of the event."),
      label: "singular",
      type: text,
      options: {},
    },
    {
      kind: "field",
      name: "data",
      key: "data",
      comment: comments.fact("The JSON text of its payload; absent if the event has none."),
      label: "optional",
      type: text,
      options: { verbatim: true },
    },
  ];
}
