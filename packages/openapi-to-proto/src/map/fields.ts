import type { FieldDeclaration, TypeReference } from "../proto/model.js";
import { type MemberForm, type VerbatimPlace, worseForm } from "./report.js";
import type { Resolver } from "./resolver.js";
import type { Schemas } from "./schemas.js";
import type { Resolved, SchemaNode, Shape, StructuralShape } from "./shape.js";

/** The type of a field that holds what a schema describes. */
export interface FieldType {
  readonly label: FieldDeclaration["label"];
  readonly type: TypeReference;
  readonly verbatim: boolean;
  readonly form: MemberForm;
}

/** Where the types of fields are declared and counted. */
export interface FieldContext {
  /** Declares a message or enum, if it is not declared yet, and returns its name. */
  readonly nameOf: (shape: StructuralShape) => string;
  /** Notes that a schema becomes verbatim for lack of an expression. */
  readonly verbatim: (place: VerbatimPlace) => void;
}

const STRING: TypeReference = { kind: "scalar", name: "string" };

/** Maps what schemas describe to types of fields. */
export class Fields {
  readonly #schemas: Schemas;
  readonly #resolver: Resolver;
  readonly #context: FieldContext;

  constructor(schemas: Schemas, resolver: Resolver, context: FieldContext) {
    this.#schemas = schemas;
    this.#resolver = resolver;
    this.#context = context;
  }

  /** Returns the type of a field for a member. */
  member(node: SchemaNode, { shape }: Resolved): FieldType {
    switch (shape.kind) {
      case "map":
        return { ...this.element(shape.value), label: "map" };
      case "array":
        return { ...this.element(shape.items), label: "repeated" };
      default:
        return { ...this.#singular(node, shape), label: "singular" };
    }
  }

  /** Returns the type of an element of a list or map; any value if there is no schema. */
  element(node: SchemaNode | undefined): Omit<FieldType, "label"> {
    if (node === undefined) {
      return { type: STRING, verbatim: true, form: "free" };
    }
    const { shape, nullable } = this.#resolver.resolve(node);
    if (!nullable || ["any", "verbatim", "free", "map"].includes(shape.kind)) {
      return this.#singular(node, shape);
    }
    return this.#nullable(node, shape);
  }

  /** Returns the type of an arm of a union. */
  arm(shape: StructuralShape): TypeReference {
    return { kind: shape.kind === "enum" ? "enum" : "message", name: this.#context.nameOf(shape) };
  }

  /** Returns the type of a field that is not a list or map. */
  #singular(node: SchemaNode, shape: Shape): Omit<FieldType, "label"> {
    switch (shape.kind) {
      case "any":
      case "never":
      case "null":
      case "free":
        return { type: STRING, verbatim: true, form: "free" };
      case "verbatim":
        return this.#verbatim(node, shape.reason);
      case "map":
        return this.#verbatim(node, "a map within a list, a map or a union");
      case "scalar":
        return { type: shape, verbatim: false, form: "typed" };
      case "enum":
        return this.#reference("enum", shape, "typed");
      case "object":
        return this.#reference("message", shape, "typed");
      case "array":
        return {
          ...this.#reference("message", shape, "typed"),
          form: this.element(shape.items).form,
        };
      case "union":
        return this.#reference("message", shape, this.#formOf(shape));
    }
  }

  #formOf(union: Shape & { kind: "union" }): MemberForm {
    let form: MemberForm = union.arms.every(({ kind }) => kind === "object") ? "typed" : "byKind";
    for (const arm of union.arms) {
      if (arm.kind === "map") {
        form = worseForm(form, "verbatim");
      } else if (arm.kind === "free") {
        form = worseForm(form, "free");
      }
    }
    return form;
  }

  #reference(
    kind: "message" | "enum",
    shape: StructuralShape,
    form: MemberForm,
  ): Omit<FieldType, "label"> {
    return { type: { kind, name: this.#context.nameOf(shape) }, verbatim: false, form };
  }

  #verbatim(node: SchemaNode, reason: string): Omit<FieldType, "label"> {
    this.#context.verbatim({ pointer: node.pointer, reason });
    return { type: STRING, verbatim: true, form: "verbatim" };
  }

  /** Returns the type of an element that may be null: a union by kind with an arm for null. */
  #nullable(node: SchemaNode, shape: Shape): Omit<FieldType, "label"> {
    const arms = shape.kind === "union" ? shape.arms : [shape];
    const base = shape.kind === "scalar" ? `scalar ${shape.name}` : node.key;
    const hint =
      shape.kind === "scalar" ? `Nullable${capitalize(shape.name)}` : `Nullable${node.hint}`;
    const union: Shape = {
      kind: "union",
      node: this.#schemas.derived(`nullable ${base}`, node.pointer, () => hint, {
        kind: "any",
        arms: [],
      }),
      arms: [...arms, { kind: "null" }],
      tag: shape.kind === "union" ? shape.tag : undefined,
    };
    return this.#reference("message", union, "byKind");
  }
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
