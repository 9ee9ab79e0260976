import { pointerTo } from "@stepwire/json";
import type { ImportMistake } from "../error.js";
import type { ConstantOption, FieldDeclaration, FieldOptions } from "../proto/model.js";
import { shorten } from "../read/reference.js";
import type { Fields } from "./fields.js";
import type { MemberForm } from "./report.js";
import type { Resolver } from "./resolver.js";
import type { ObjectShape, Resolved, SchemaNode } from "./shape.js";
import { toComparable, toSnakeCase } from "./words.js";

/** The constants and fields of an object's message, in the order of the members. */
export class ObjectMembers {
  readonly constants: ConstantOption[] = [];
  readonly fields: FieldDeclaration[] = [];
  /** What became of the members. */
  readonly forms: MemberForm[] = [];
  readonly #object: ObjectShape;
  readonly #resolver: Resolver;
  readonly #fieldTypes: Fields;
  readonly #report: (mistake: ImportMistake) => void;
  readonly #fieldNames = new Map<string, string>([["jsonresidue", "json_residue"]]);
  #previous: string | undefined;

  constructor(
    object: ObjectShape,
    resolver: Resolver,
    fieldTypes: Fields,
    report: (mistake: ImportMistake) => void,
  ) {
    this.#object = object;
    this.#resolver = resolver;
    this.#fieldTypes = fieldTypes;
    this.#report = report;
    for (const [name, node] of object.members) {
      this.#add(name, node);
    }
    for (const name of object.required) {
      if (!object.members.has(name)) {
        this.#addField(name, undefined, true);
      }
    }
  }

  #add(name: string, node: SchemaNode): void {
    const resolved = this.#resolver.resolve(node);
    const required = this.#object.required.has(name);
    const { shape, nullable } = resolved;
    if (shape.kind === "enum" && shape.values.length === 1 && !nullable) {
      this.constants.push({
        name,
        value: shape.values[0] ?? "",
        ...(this.#previous !== undefined && { after: this.#previous }),
        ...(!required && { presence: "optional" }),
      });
      this.forms.push("typed");
      this.#previous = name;
    } else if (shape.kind !== "never" || nullable) {
      this.#addField(name, { node, resolved }, required);
    }
  }

  #addField(
    name: string,
    member: { readonly node: SchemaNode; readonly resolved: Resolved } | undefined,
    required: boolean,
  ): void {
    const fieldName = this.#fieldName(name, member?.node.pointer ?? this.#object.node.pointer);
    if (fieldName === undefined) {
      return;
    }
    const field =
      member === undefined
        ? ({ ...this.#fieldTypes.element(undefined), label: "singular" } as const)
        : this.#fieldTypes.member(member.node, member.resolved);
    const nullable = member?.resolved.nullable === true;
    const presence = required ? (nullable ? "nullable" : "required") : "optional";
    const isScalar = field.label === "singular" && field.type.kind !== "message";
    // A scalar without the label "optional" is required by default; all else is optional.
    const byDefault = isScalar && presence === "required" ? "required" : "optional";
    const options: FieldOptions = {
      ...(presence !== byDefault && { presence }),
      ...(fieldName !== name && { name }),
      ...(field.verbatim && { verbatim: true }),
    };
    this.forms.push(field.form);
    this.fields.push({
      kind: "field",
      name: fieldName,
      key: name,
      comment: `The member ${shorten(name)}.`,
      label: isScalar && presence !== "required" ? "optional" : field.label,
      type: field.type,
      options,
    });
    this.#previous = name;
  }

  #fieldName(name: string, pointer: string): string | undefined {
    const fieldName = toSnakeCase(name);
    if (!/^[a-z][a-z0-9_]*$/.test(fieldName)) {
      this.#report({
        code: "invalid_name",
        pointer,
        expected: `a name that gives an identifier; set members.${shorten(name)}.name of the schema in the config`,
        found: shorten(name),
      });
      return undefined;
    }
    const key = toComparable(fieldName);
    const other = this.#fieldNames.get(key);
    if (other !== undefined) {
      this.#report({
        code: "ambiguous_name",
        pointer: pointerTo(this.#object.node.pointer, name),
        expected: `a name unlike those of other members; set members.${shorten(name)}.name of the schema in the config`,
        found: `${fieldName}, as for ${shorten(other)}`,
      });
      return undefined;
    }
    this.#fieldNames.set(key, name);
    return fieldName;
  }
}
