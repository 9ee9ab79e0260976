import type { ImportMistake } from "../error.js";
import type {
  Declaration,
  EnumDeclaration,
  EnumValueDeclaration,
  FieldDeclaration,
  MessageDeclaration,
  OneofDeclaration,
} from "../proto/model.js";
import { upperSnakeCase } from "../proto/names.js";
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

/** The messages and enums of an import, each declared at its first use. */
export class Declarations {
  readonly #schemas: Schemas;
  readonly #resolver: Resolver;
  readonly #names: Names;
  readonly #report: (mistake: ImportMistake) => void;
  readonly #fields: Fields;
  /** The name of each schema that has a declaration. */
  readonly #declared = new Map<string, string>();
  readonly #queue: StructuralShape[] = [];
  readonly #declarations: Declaration[] = [];
  readonly #counts: Record<MemberForm, number> = { typed: 0, byKind: 0, free: 0, verbatim: 0 };
  readonly #verbatim = new Map<string, VerbatimPlace>();
  readonly #inline: string[] = [];
  readonly #enumValues = new Set<string>();

  constructor(
    schemas: Schemas,
    resolver: Resolver,
    names: Names,
    report: (mistake: ImportMistake) => void,
  ) {
    this.#schemas = schemas;
    this.#resolver = resolver;
    this.#names = names;
    this.#report = report;
    this.#fields = new Fields(schemas, resolver, {
      nameOf: (shape) => this.#nameOf(shape),
      verbatim: (place) => this.#verbatim.set(place.pointer, place),
    });
  }

  /** Declares what a root schema describes, and all that it refers to. */
  addRoot(name: string, node: SchemaNode): void {
    const { shape } = this.#resolver.resolve(node);
    switch (shape.kind) {
      case "object":
      case "union":
      case "enum":
        this.#nameOf(shape);
        break;
      case "array":
        this.#inline.push(name);
        if (shape.items !== undefined) {
          this.#fields.element(shape.items);
        }
        break;
      default:
        this.#inline.push(name);
    }
    this.#drain();
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

  #nameOf(shape: StructuralShape): string {
    const key = `${shape.kind} ${shape.node.key}`;
    const known = this.#declared.get(key);
    if (known !== undefined) {
      return known;
    }
    const name = this.#names.allocate(shape.node, ADDITIONS[shape.kind]);
    this.#declared.set(key, name);
    this.#queue.push(shape);
    return name;
  }

  #drain(): void {
    for (let shape = this.#queue.shift(); shape !== undefined; shape = this.#queue.shift()) {
      this.#declarations.push(this.#declare(shape));
    }
  }

  #declare(shape: StructuralShape): Declaration {
    const name = this.#nameOf(shape);
    switch (shape.kind) {
      case "enum":
        return this.#enum(name, shape);
      case "object":
        return this.#object(name, shape);
      case "array":
        return this.#array(name, shape);
      case "union":
        return this.#union(name, shape);
    }
  }

  #object(name: string, shape: ObjectShape): MessageDeclaration {
    const members = new ObjectMembers(shape, this.#resolver, this.#fields, this.#report);
    for (const form of members.forms) {
      this.#counts[form]++;
    }
    return {
      kind: "message",
      name,
      comment: commentOf(shape.node, name),
      source: shape.node.pointer,
      options: members.constants.length === 0 ? {} : { constants: members.constants },
      members: members.fields,
      residue: true,
    };
  }

  #array(name: string, { node, items }: ArrayShape): MessageDeclaration {
    const element = this.#fields.element(items);
    const field: FieldDeclaration = {
      kind: "field",
      name: "items",
      key: "items",
      comment: "The elements in the order of the array.",
      label: "repeated",
      type: element.type,
      options: element.verbatim ? { verbatim: true } : {},
    };
    return {
      kind: "message",
      name,
      comment: `${commentOf(node, name)} A JSON array.`,
      source: node.pointer,
      options: { array: true },
      members: [field],
      residue: false,
    };
  }

  #union(name: string, shape: UnionShape): MessageDeclaration {
    const oneof: OneofDeclaration = {
      kind: "oneof",
      name: "value",
      comment: "Exactly one is set.",
      shape: shapeOfOneof(shape),
      fields: unionArms(shape, this.#fields, this.#schemas),
    };
    return {
      kind: "message",
      name,
      comment: commentOf(shape.node, name),
      source: shape.node.pointer,
      options: {},
      members: [oneof],
      residue: false,
    };
  }

  #enum(name: string, shape: EnumShape): EnumDeclaration {
    const prefix = upperSnakeCase(name);
    const taken = new Map<string, string>();
    const values: EnumValueDeclaration[] = [];
    for (const value of shape.values) {
      const valueName = `${prefix}_${enumValueName(value)}`;
      const key = toComparable(enumValueName(value));
      const other = taken.get(key);
      if (other !== undefined) {
        this.#report({
          code: "ambiguous_name",
          pointer: `${shape.node.pointer}/enum`,
          expected: "strings that give different names; set `values` of the schema in the config",
          found: `${JSON.stringify(other)} and ${JSON.stringify(value)}`,
        });
        continue;
      }
      taken.set(key, value);
      this.#enumValues.add(valueName);
      values.push({ name: valueName, value, comment: `The string ${JSON.stringify(value)}.` });
    }
    return {
      kind: "enum",
      name,
      comment: commentOf(shape.node, name),
      source: shape.node.pointer,
      values,
    };
  }
}

/** What is added to a name that is taken. */
const ADDITIONS = { object: "Object", enum: "Enum", array: "List", union: "Value" } as const;

function shapeOfOneof({ arms, tag }: UnionShape): OneofDeclaration["shape"] {
  if (tag !== undefined && arms.every(({ kind }) => kind === "object")) {
    return { case: "inline", tag };
  }
  return tag === undefined ? { case: "kind" } : { case: "kind", tag };
}

function commentOf(node: SchemaNode, name: string): string {
  return node.key === node.component
    ? `The schema ${name}.`
    : `The schema at ${node.pointer.replaceAll(/[\r\n]/g, " ")}.`;
}

function enumValueName(value: string): string {
  return toUpperSnakeCase(value) || "EMPTY";
}
