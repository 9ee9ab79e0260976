import { pointerTo } from "@stepwire/json";
import type { MemberConfig } from "../config/config.js";
import type { ReportMistake } from "../error.js";
import type { ConstantOption, FieldDeclaration, FieldOptions } from "../proto/model.js";
import { quoteKey, shorten } from "../read/reference.js";
import type { Choices, DeclarationChoices } from "./choices.js";
import type { Comments } from "./comments.js";
import { ANY, type Fields, type FieldType, VALUE } from "./fields.js";
import { inOrder } from "./order.js";
import type { MemberForm } from "./report.js";
import type { Resolver } from "./resolver.js";
import type { ObjectShape, Resolved, SchemaNode } from "./shape.js";
import { toComparable, toSnakeCase } from "./words.js";

/** The field with the residue. */
const RESIDUE = "json_residue";

/** What the members of objects are mapped with. */
export interface ObjectContext {
  readonly resolver: Resolver;
  readonly fields: Fields;
  readonly choices: Choices;
  readonly comments: Comments;
  readonly report: ReportMistake;
}

/** The constants and fields of an object's message, in the order of the members. */
export class ObjectMembers {
  readonly constants: ConstantOption[] = [];
  readonly fields: FieldDeclaration[] = [];
  /** What became of the members. */
  readonly forms: MemberForm[] = [];
  readonly #object: ObjectShape;
  readonly #choices: DeclarationChoices;
  readonly #context: ObjectContext;
  readonly #fieldNames = new Map<string, string>([[toComparable(RESIDUE), RESIDUE]]);
  #previous: string | undefined;

  constructor(object: ObjectShape, choices: DeclarationChoices, context: ObjectContext) {
    this.#object = object;
    this.#choices = choices;
    this.#context = context;
    const { order = [] } = choices.schema;
    const unknown = this.#reportUnknown.bind(this);
    for (const [name, node] of inOrder([...object.members], ([each]) => each, order, unknown)) {
      this.#add(name, node);
    }
    for (const name of object.required) {
      if (!object.members.has(name)) {
        this.#addField(name, undefined, this.#choiceOf(name, undefined));
      }
    }
    this.#checkChoices();
  }

  #choiceOf(name: string, node: SchemaNode | undefined): MemberConfig {
    return {
      ...(node && this.#context.choices.ofMember(node, name)),
      ...this.#choices.schema.members?.get(name),
    };
  }

  #add(name: string, node: SchemaNode): void {
    const choice = this.#choiceOf(name, node);
    if (choice.skip === true) {
      return;
    }
    const resolved = this.#context.resolver.resolve(node);
    const { shape, nullable } = resolved;
    const isRequired = this.#object.required.has(name);
    const isConstant = shape.kind === "enum" && shape.values.length === 1 && !nullable;
    if (isConstant && choice.type === undefined && choice.presence !== "nullable") {
      const presence = choice.presence ?? (isRequired ? "required" : "optional");
      this.constants.push({
        name,
        value: shape.values[0] ?? "",
        ...(this.#previous !== undefined && { after: this.#previous }),
        ...(presence === "optional" && { presence }),
      });
      this.forms.push("typed");
      this.#previous = name;
    } else if (shape.kind !== "never" || nullable) {
      this.#addField(name, { node, resolved }, choice);
    }
  }

  #addField(
    name: string,
    member: { readonly node: SchemaNode; readonly resolved: Resolved } | undefined,
    choice: MemberConfig,
  ): void {
    const fieldName = this.#fieldName(name, choice, member?.node);
    if (fieldName === undefined) {
      return;
    }
    const described: FieldType =
      member === undefined
        ? { ...ANY, label: "singular" }
        : this.#context.fields.member(member.node, member.resolved);
    const type = withType(described, choice.type);
    const isNullable = member?.resolved.nullable === true;
    const isRequired = this.#object.required.has(name);
    const presence =
      choice.presence ?? (isRequired ? (isNullable ? "nullable" : "required") : "optional");
    const isScalar = type.label === "singular" && ["scalar", "enum"].includes(type.type.kind);
    // A scalar without the label "optional" is required by default; all else is optional.
    const byDefault = isScalar && presence === "required" ? "required" : "optional";
    const options: FieldOptions = {
      ...(presence !== byDefault && { presence }),
      ...(fieldName !== name && { name }),
      ...(type.verbatim && { verbatim: true }),
      ...(choice.options !== undefined && { further: choice.options }),
    };
    this.forms.push(type.form);
    this.fields.push({
      kind: "field",
      name: fieldName,
      key: name,
      ...(choice.renamedFrom !== undefined && { renamedFrom: choice.renamedFrom }),
      ...(choice.name !== undefined && { isNamed: true }),
      comment:
        choice.comment ?? this.#context.comments.member(name, member?.node, knownStrings(member)),
      label: isScalar && presence !== "required" ? "optional" : type.label,
      type: type.type,
      options,
    });
    this.#previous = name;
  }

  #fieldName(name: string, choice: MemberConfig, node: SchemaNode | undefined): string | undefined {
    const fieldName = choice.name ?? toSnakeCase(name);
    const pointer = node?.pointer ?? this.#object.node.pointer;
    if (!/^[a-z][a-z0-9_]*$/.test(fieldName)) {
      this.#context.report({
        code: "invalid_name",
        pointer,
        expected: `a name that gives an identifier in lower snake case; ${this.#remedy(name)}`,
        found: shorten(choice.name ?? name),
      });
      return undefined;
    }
    const key = toComparable(fieldName);
    const other = this.#fieldNames.get(key);
    if (other !== undefined) {
      this.#context.report({
        code: "ambiguous_name",
        pointer,
        expected: `a name unlike those of other members; ${this.#remedy(name)}`,
        found:
          other === RESIDUE
            ? `${fieldName}, which every message of an object has`
            : `${fieldName}, as for ${shorten(other)}`,
      });
      return undefined;
    }
    this.#fieldNames.set(key, name);
    return fieldName;
  }

  /** Returns the line of the config that gives a member another name. */
  #remedy(name: string): string {
    const key = this.#choices.key ?? this.#context.choices.keyFor(this.#object.node);
    return `set schemas.${quoteKey(key)}.members.${quoteKey(name)}.name in the config`;
  }

  #checkChoices(): void {
    for (const name of this.#choices.schema.members?.keys() ?? []) {
      if (!this.#object.members.has(name) && !this.#object.required.has(name)) {
        this.#reportUnknown(name, ["members", name]);
      }
    }
  }

  /** @param place the place of the name, below that of the schema in the config */
  #reportUnknown(name: string, place: readonly string[]): void {
    this.#context.report({
      code: "invalid_config",
      pointer: [this.#choices.key ?? "", ...place].reduce(pointerTo, "/schemas"),
      expected: "the name of a member of the schema",
      found: shorten(name),
    });
  }
}

/** Returns the strings that the document names for a member, although any other is valid too. */
function knownStrings(member: { readonly resolved: Resolved } | undefined): readonly string[] {
  const shape = member?.resolved.shape;
  return shape?.kind === "scalar" ? (shape.known ?? []) : [];
}

/** Returns the type of a field with the type that the config gives it, or gives its elements. */
function withType(field: FieldType, choice: MemberConfig["type"]): FieldType {
  switch (choice) {
    case undefined:
      return field;
    case "verbatim":
      return { ...ANY, label: "singular" };
    case "value":
      return { ...VALUE, label: "singular" };
    default:
      return {
        label: field.label,
        type: { kind: "scalar", name: choice },
        verbatim: false,
        form: "typed",
      };
  }
}
