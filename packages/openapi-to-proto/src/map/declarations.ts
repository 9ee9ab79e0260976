import { pointerTo } from "@stepwire/json";
import type { EventsConfig } from "../config/config.js";
import type { ReportMistake } from "../error.js";
import type {
  Declaration,
  EnumDeclaration,
  EnumValueDeclaration,
  FieldDeclaration,
  MessageDeclaration,
  MessageOptions,
  OneofDeclaration,
} from "../proto/model.js";
import { upperSnakeCase } from "../proto/names.js";
import { quoteKey, shorten } from "../read/reference.js";
import type { Choices, DeclarationChoices } from "./choices.js";
import type { Comments } from "./comments.js";
import { eventMessages, nameForOthers } from "./events.js";
import { Fields } from "./fields.js";
import type { Names } from "./names.js";
import { ObjectMembers } from "./object-members.js";
import type { MapReport, MemberForm, VerbatimPlace } from "./report.js";
import type { Resolver } from "./resolver.js";
import type { Schemas } from "./schemas.js";
import type {
  ArrayShape,
  EnumShape,
  ObjectShape,
  SchemaNode,
  StructuralShape,
  UnionShape,
} from "./shape.js";
import { unionArms } from "./union-arms.js";
import { toComparable, toUpperSnakeCase } from "./words.js";

/** What declarations are made with. */
export interface DeclarationContext {
  readonly schemas: Schemas;
  readonly resolver: Resolver;
  readonly names: Names;
  readonly choices: Choices;
  readonly comments: Comments;
  /** The pointers of named schemas. */
  readonly components: ReadonlyMap<string, string>;
  readonly report: ReportMistake;
}

/** The messages and enums of an import, each declared at its first use. */
export class Declarations {
  readonly #context: DeclarationContext;
  readonly #fields: Fields;
  /** The name of each schema that has a declaration. */
  readonly #declared = new Map<string, string>();
  readonly #queue: [name: string, shape: StructuralShape][] = [];
  readonly #declarations: Declaration[] = [];
  readonly #counts: Record<MemberForm, number> = { typed: 0, byKind: 0, free: 0, verbatim: 0 };
  readonly #verbatim = new Map<string, VerbatimPlace>();
  readonly #inline: string[] = [];

  constructor(context: DeclarationContext) {
    this.#context = context;
    this.#fields = new Fields(context.schemas, context.resolver, {
      nameOf: (shape) => this.#nameOf(shape),
      verbatim: (place) => this.#verbatim.set(place.pointer, place),
    });
  }

  /** Declares what a root schema describes, and all that it refers to. */
  addRoot(name: string, node: SchemaNode): void {
    const { shape } = this.#context.resolver.resolve(node);
    switch (shape.kind) {
      case "object":
      case "union":
      case "enum":
        this.#nameOf(shape, true);
        break;
      case "array":
        this.#inline.push(name);
        this.#fields.element(shape.items);
        break;
      case "map":
        this.#inline.push(name);
        this.#fields.element(shape.value);
        break;
      default:
        this.#inline.push(name);
    }
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#declarations.push(...this.#declare(...next));
    }
  }

  finish(): { declarations: readonly Declaration[]; report: MapReport } {
    return {
      declarations: this.#declarations,
      report: {
        messages: this.#declarations.filter(({ kind }) => kind === "message").length,
        enums: this.#declarations.filter(({ kind }) => kind === "enum").length,
        members: this.#counts,
        verbatim: [...this.#verbatim.values()],
        inline: this.#inline,
      },
    };
  }

  #nameOf(shape: StructuralShape, isRoot = false): string {
    const key = `${shape.kind} ${shape.node.key}`;
    const { events, name: chosen } = this.#context.choices.ofNode(shape.node) ?? {};
    if (events !== undefined && !isRoot && isReplaced(events, chosen ?? shape.node.hint)) {
      this.#context.report({
        code: "invalid_config",
        pointer: [this.#context.choices.keyFor(shape.node), "events"].reduce(pointerTo, "/schemas"),
        expected: "a member `name`, because other schemas refer to this one",
        found: "none",
      });
    }
    const known = this.#declared.get(key);
    if (known !== undefined) {
      return known;
    }
    const name = this.#context.names.allocate(
      shape.node,
      ADDITIONS[shape.kind],
      chosen,
      this.#context.choices.keyFor(shape.node),
    );
    this.#declared.set(key, name);
    this.#queue.push([name, shape]);
    return name;
  }

  #declare(name: string, shape: StructuralShape): Declaration[] {
    const choices = this.#context.choices.ofDeclaration(shape.node, name);
    const { events } = choices.schema;
    if (events === undefined || shape.kind === "enum" || shape.kind === "array") {
      return [this.#payload(name, shape, choices)];
    }
    if (events.name === undefined || isReplaced(events, name)) {
      return this.#events(name, shape, events, choices);
    }
    return [
      this.#payload(name, shape, choices),
      ...this.#events(this.#nameFor(shape.node, "events", events.name), shape, events, choices),
    ];
  }

  #payload(name: string, shape: StructuralShape, choices: DeclarationChoices): Declaration {
    switch (shape.kind) {
      case "enum":
        return this.#enum(name, shape, choices);
      case "object":
        return this.#object(name, shape, choices);
      case "array":
        return this.#array(name, shape, choices);
      case "union":
        return this.#union(name, shape, choices);
    }
  }

  #events(
    name: string,
    shape: UnionShape | ObjectShape,
    events: EventsConfig,
    { key = "" }: DeclarationChoices,
  ): MessageDeclaration[] {
    return eventMessages(
      shape,
      name,
      this.#nameFor(shape.node, "other", nameForOthers(name)),
      events,
      {
        ...this.#context,
        fields: this.#fields,
        pointer: [key, "events"].reduce(pointerTo, "/schemas"),
      },
    );
  }

  /** Returns the name of a message that is made beside that of a schema. */
  #nameFor({ key, pointer }: SchemaNode, what: string, hint: string): string {
    const node = this.#context.schemas.derived(`${key}#${what} event`, pointer, () => hint, {
      kind: "any",
      arms: [],
    });
    return this.#context.names.allocate(node, "Message", undefined, pointer);
  }

  #object(name: string, shape: ObjectShape, choices: DeclarationChoices): MessageDeclaration {
    const members = new ObjectMembers(shape, choices, { ...this.#context, fields: this.#fields });
    for (const form of members.forms) {
      this.#counts[form]++;
    }
    return {
      ...this.#message(name, shape.node, choices, "An object"),
      options: {
        ...(members.constants.length > 0 && { constants: members.constants }),
        ...optionsOf(choices),
      },
      members: members.fields,
      residue: true,
    };
  }

  #array(
    name: string,
    { node, items }: ArrayShape,
    choices: DeclarationChoices,
  ): MessageDeclaration {
    const element = this.#fields.element(items);
    const choice = choices.schema.members?.get("items");
    const field: FieldDeclaration = {
      kind: "field",
      name: choice?.name ?? "items",
      key: "items",
      comment:
        choice?.comment ?? this.#context.comments.fact("The elements in the order of the array."),
      label: "repeated",
      type: element.type,
      options: element.verbatim ? { verbatim: true } : {},
    };
    return {
      ...this.#message(name, node, choices, "An array"),
      options: { array: true, ...optionsOf(choices) },
      members: [field],
      residue: false,
    };
  }

  #union(name: string, shape: UnionShape, choices: DeclarationChoices): MessageDeclaration {
    const { comments, schemas, report } = this.#context;
    const members = choices.schema.members ?? new Map();
    const fields = unionArms(shape, members, choices.schema.order ?? [], {
      fields: this.#fields,
      schemas,
      comments,
      unused: (key, place) => {
        report({
          code: "invalid_config",
          pointer: [choices.key ?? "", ...place].reduce(pointerTo, "/schemas"),
          expected: "the tag's value or the JSON type of an arm of the union",
          found: shorten(key),
        });
      },
    });
    const oneof: OneofDeclaration = {
      kind: "oneof",
      name: oneofName(fields),
      comment: comments.fact("Exactly one is set."),
      shape: shapeOfOneof(shape),
      fields,
    };
    return {
      ...this.#message(name, shape.node, choices, "A value"),
      options: optionsOf(choices),
      members: [oneof],
      residue: false,
    };
  }

  #message(
    name: string,
    node: SchemaNode,
    { schema }: DeclarationChoices,
    what: string,
  ): Pick<MessageDeclaration, "kind" | "name" | "comment" | "source" | "renamedFrom"> {
    return {
      kind: "message",
      name,
      comment: schema.comment ?? this.#context.comments.declaration(node, what),
      source: node.pointer,
      ...(schema.renamedFrom !== undefined && {
        renamedFrom: this.#formerPointer(node, schema.renamedFrom),
      }),
    };
  }

  /** Returns the pointer that a schema had under its former name. */
  #formerPointer({ pointer }: SchemaNode, name: string): string {
    return name.startsWith("/") ? name : pointerTo(pointer.split("/").slice(0, -1).join("/"), name);
  }

  #enum(name: string, shape: EnumShape, { key, schema }: DeclarationChoices): EnumDeclaration {
    const { choices, comments, report } = this.#context;
    const prefix = upperSnakeCase(name);
    const owner = new Map<string, string>([["unspecified", ""]]);
    const values: EnumValueDeclaration[] = [];
    for (const value of shape.values) {
      const choice = schema.values?.get(value);
      const valueName = choice?.name ?? toUpperSnakeCase(value);
      const remedy = `set schemas.${quoteKey(key ?? choices.keyFor(shape.node))}.values.${quoteKey(value)}.name in the config`;
      const other = owner.get(toComparable(valueName));
      if (!/^[A-Z0-9][A-Z0-9_]*$/.test(valueName)) {
        report({
          code: "invalid_name",
          pointer: pointerTo(shape.node.pointer, "enum"),
          expected: `a string that gives an identifier; ${remedy}`,
          found: shorten(choice?.name ?? value),
        });
      } else if (other !== undefined) {
        report({
          code: "ambiguous_name",
          pointer: pointerTo(shape.node.pointer, "enum"),
          expected: `strings that give different names; ${remedy}`,
          found: `${valueName} for ${shorten(other)} too`,
        });
      } else {
        owner.set(toComparable(valueName), value);
        const comment = choice?.comment ?? "";
        values.push({ name: `${prefix}_${valueName}`, value, comment });
      }
    }
    return {
      kind: "enum",
      name,
      comment: schema.comment ?? comments.declaration(shape.node, "A string"),
      source: shape.node.pointer,
      values,
    };
  }
}

/** Returns whether the event message has the place of the message for the payloads alone. */
function isReplaced(events: EventsConfig, name: string): boolean {
  return events.name === undefined || events.name === name;
}

/** What is added to a name that is taken. */
const ADDITIONS = { object: "Object", enum: "Enum", array: "List", union: "Value" } as const;

function optionsOf({ schema }: DeclarationChoices): MessageOptions {
  return {
    ...(schema.schemaName !== undefined && { schemaName: schema.schemaName }),
    ...(schema.identity !== undefined && { identity: schema.identity }),
    ...(schema.repeatsFields === true && { repeatsFields: true }),
    ...(schema.options !== undefined && { further: schema.options }),
  };
}

function shapeOfOneof({ arms, tag }: UnionShape): OneofDeclaration["shape"] {
  if (tag !== undefined && arms.every(({ kind }) => kind === "object")) {
    return { case: "inline", tag };
  }
  return tag === undefined ? { case: "kind" } : { case: "kind", tag };
}

/** Returns the name of a oneof, which no arm may have. */
function oneofName(fields: readonly FieldDeclaration[]): string {
  return fields.some(({ name }) => name === "value") ? "one_of" : "value";
}
