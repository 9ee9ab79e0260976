import type { FieldDeclaration, TypeReference } from "../proto/model.js";
import { type MemberForm, type VerbatimPlace, worseForm } from "./report.js";
import type { Resolver } from "./resolver.js";
import type { Schemas } from "./schemas.js";
import type {
  ArrayShape,
  Resolved,
  SchemaNode,
  Shape,
  StructuralShape,
  UnionShape,
} from "./shape.js";

/** The type of a field that is no list or map. */
export interface SingularType {
  readonly type: TypeReference;
  readonly verbatim: boolean;
  readonly form: MemberForm;
}

/** The type of a field that holds what a schema describes. */
export interface FieldType extends SingularType {
  readonly label: FieldDeclaration["label"];
}

/** Where the types of fields are declared and counted. */
export interface FieldContext {
  /** Declares a message or enum, if it is not declared yet, and returns its name. */
  readonly nameOf: (shape: StructuralShape) => string;
  /** Notes that a schema becomes verbatim for lack of an expression. */
  readonly verbatim: (place: VerbatimPlace) => void;
}

/** A string with the text of any JSON value that the document does not describe. */
export const ANY: SingularType = {
  type: { kind: "scalar", name: "string" },
  verbatim: true,
  form: "free",
};

/** A `google.protobuf.Value`. */
export const VALUE: SingularType = {
  type: { kind: "external", name: "google.protobuf.Value", path: "google/protobuf/struct.proto" },
  verbatim: false,
  form: "free",
};

const NESTED_MAP = "a map within a list, a map or a union";

/** Maps what schemas describe to types of fields. */
export class Fields {
  readonly #schemas: Schemas;
  readonly #resolver: Resolver;
  readonly #context: FieldContext;
  readonly #formsOfElements = new Map<SchemaNode, MemberForm>();

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
  element(node: SchemaNode | undefined): SingularType {
    if (node === undefined) {
      return ANY;
    }
    const { shape, nullable } = this.#resolver.resolve(node);
    const holdsNull = ["any", "chosen", "free", "map", "never"].includes(shape.kind);
    return nullable && !holdsNull ? this.#nullable(node, shape) : this.#singular(node, shape);
  }

  /** Returns the type of an arm of a union. */
  arm(shape: StructuralShape): TypeReference {
    return { kind: shape.kind === "enum" ? "enum" : "message", name: this.#context.nameOf(shape) };
  }

  #singular(node: SchemaNode, shape: Shape): SingularType {
    switch (shape.kind) {
      case "any":
      case "never":
      case "null":
      case "free":
        return ANY;
      case "chosen":
        return shape.type === "value" ? VALUE : ANY;
      case "map":
        this.#context.verbatim({ pointer: node.pointer, reason: NESTED_MAP });
        return { ...ANY, form: "verbatim" };
      case "scalar":
        return { type: { kind: "scalar", name: shape.name }, verbatim: false, form: "typed" };
      case "enum":
      case "object":
        return { type: this.arm(shape), verbatim: false, form: "typed" };
      case "array":
        return {
          type: this.arm(shape),
          verbatim: false,
          form: this.#formOfElements(shape),
        };
      case "union":
        return { type: this.arm(shape), verbatim: false, form: this.#formOf(shape) };
    }
  }

  /** Returns the form of the innermost elements of a list; typed for one that contains itself. */
  #formOfElements(list: ArrayShape): MemberForm {
    const met = new Set<SchemaNode>();
    let form: MemberForm | undefined;
    let { items } = list;
    while (form === undefined) {
      if (items === undefined) {
        form = "free";
      } else if (met.has(items)) {
        form = "typed";
      } else {
        form = this.#formsOfElements.get(items);
        met.add(items);
        const { shape } = this.#resolver.resolve(items);
        if (shape.kind === "array") {
          items = shape.items;
        } else {
          form = this.element(items).form;
        }
      }
    }
    for (const node of met) {
      this.#formsOfElements.set(node, form);
    }
    return form;
  }

  /** Returns the form of a union; the arm for other values holds its maps and free objects. */
  #formOf({ arms, node }: UnionShape): MemberForm {
    let form: MemberForm = arms.every(({ kind }) => kind === "object") ? "typed" : "byKind";
    for (const arm of arms) {
      if (arm.kind === "map") {
        this.#context.verbatim({ pointer: node.pointer, reason: NESTED_MAP });
        form = worseForm(form, "verbatim");
      } else if (arm.kind === "free") {
        form = worseForm(form, "free");
      }
    }
    return form;
  }

  /** Returns the type of an element that may be null: a union by kind with an arm for null. */
  #nullable(node: SchemaNode, shape: Shape): SingularType {
    const isScalar = shape.kind === "scalar";
    const hint = isScalar ? capitalize(shape.name) : node.hint;
    const union: UnionShape = {
      kind: "union",
      node: this.#schemas.derived(
        `nullable ${isScalar ? shape.name : node.key}`,
        node.pointer,
        () => `Nullable${hint}`,
        { kind: "any", arms: [] },
      ),
      arms: [...(shape.kind === "union" ? shape.arms : [shape]), { kind: "null" }],
      tag: shape.kind === "union" ? shape.tag : undefined,
      withoutTag: shape.kind === "union" ? shape.withoutTag : undefined,
    };
    return { type: this.arm(union), verbatim: false, form: this.#formOf(union) };
  }
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
