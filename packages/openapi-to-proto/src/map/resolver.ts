import type { ReportMistake } from "../error.js";
import type { Discriminators } from "./discriminators.js";
import { integerType } from "./integers.js";
import { Intersection } from "./intersect.js";
import { checkKeywords } from "./keywords.js";
import { describe, stringType, typesOf, valuesOf } from "./schema-types.js";
import { isObject, type Schemas } from "./schemas.js";
import type { Resolved, SchemaNode, SchemaObject, Shape } from "./shape.js";
import { MAX_STEPS, stringsOf } from "./tags.js";
import { type UnionOptions, unite } from "./unite.js";
import { isIllFormed, toPascalCase, toSingular } from "./words.js";

/** What the config decides about the types of all schemas. */
export interface ResolverOptions {
  /** The type of an integer that has neither a format nor bounds. */
  readonly integers: "int32" | "int64" | "uint32";
  /** Decisions about single unions, by pointer. */
  readonly union: (pointer: string) => UnionOptions | undefined;
  /** What discriminators say about schemas elsewhere. */
  readonly discriminators: Discriminators;
  /** What the config makes of a schema, by pointer. */
  readonly override: (pointer: string) => Shape | undefined;
}

const REFERENCES = ["$ref", "$recursiveRef", "$dynamicRef"];

/** Keywords that say what a value is, as opposed to annotations. */
const STRUCTURAL = [
  "properties",
  "required",
  "additionalProperties",
  "patternProperties",
  "items",
  "prefixItems",
  "enum",
  "const",
  "allOf",
  "oneOf",
  "anyOf",
];

const COMPOSITES = ["allOf", "oneOf", "anyOf"];

/** How many schemas may lead to one another before there is a type. */
const MAX_CHAIN = 256;
const ANY: Resolved = { shape: { kind: "any" }, nullable: false };

/** Finds out which values the schemas of a document describe. */
export class Resolver {
  readonly #schemas: Schemas;
  readonly #options: ResolverOptions;
  readonly #report: ReportMistake;
  readonly #cache = new Map<SchemaNode, Resolved>();
  /** Nodes that are being resolved, with their number in the order of calls. */
  readonly #busy = new Map<SchemaNode, number>();
  /** The smallest number of a busy node that was met again. */
  #lowest = Number.POSITIVE_INFINITY;

  constructor(schemas: Schemas, options: ResolverOptions, report: ReportMistake) {
    this.#schemas = schemas;
    this.#options = options;
    this.#report = report;
  }

  /** Returns what a schema describes. Members, elements and map values are not resolved. */
  resolve(node: SchemaNode): Resolved {
    const resolved = this.#try(node);
    if (resolved === undefined) {
      this.#reportCycle(node);
      return { shape: { kind: "any" }, nullable: false };
    }
    return resolved;
  }

  /** Returns undefined if the node is reached again from itself. */
  #try(node: SchemaNode): Resolved | undefined {
    const known = this.#cache.get(node);
    if (known !== undefined) {
      return known;
    }
    const busy = this.#busy.get(node);
    if (busy !== undefined) {
      this.#lowest = Math.min(this.#lowest, busy);
      return undefined;
    }
    const number = this.#busy.size;
    if (number >= MAX_CHAIN) {
      this.#report({
        code: "too_deep",
        pointer: node.pointer,
        expected: `at most ${MAX_CHAIN} schemas that lead to one another by $ref, allOf, oneOf and anyOf`,
        found: "more",
      });
      return ANY;
    }
    this.#busy.set(node, number);
    const computed = this.#override(node) ?? this.#compute(node);
    const resolved = computed && this.#withTag(node, computed);
    this.#busy.delete(node);
    // What leaves out a schema that is still being resolved is not the whole truth about this one.
    if (this.#lowest >= number) {
      this.#lowest = Number.POSITIVE_INFINITY;
      if (resolved !== undefined) {
        this.#cache.set(node, resolved);
      }
    }
    return resolved;
  }

  #override({ key, pointer }: SchemaNode): Resolved | undefined {
    const shape = key === pointer ? this.#options.override(pointer) : undefined;
    return shape && { shape, nullable: false };
  }

  #compute(node: SchemaNode): Resolved | undefined {
    switch (node.content.kind) {
      case "all":
        return this.#all(node, node.content.parts);
      case "any":
        return this.#any(node, node.content.arms);
      case "schema": {
        const { schema } = node.content;
        if (typeof schema === "boolean") {
          return { shape: { kind: schema ? "any" : "never" }, nullable: false };
        }
        if (node.key === node.pointer && !checkKeywords(schema, node.pointer, this.#report)) {
          return ANY;
        }
        const resolved = this.#schema(node, schema);
        return resolved && schema["nullable"] === true && !resolved.nullable
          ? { ...resolved, nullable: true }
          : resolved;
      }
    }
  }

  #schema(node: SchemaNode, schema: SchemaObject): Resolved | undefined {
    const reference = REFERENCES.find((keyword) => schema[keyword] !== undefined);
    if (reference !== undefined) {
      const target = this.#schemas.target(node, reference, schema[reference]);
      if (target === undefined) {
        return { shape: { kind: "any" }, nullable: false };
      }
      if (!STRUCTURAL.some((keyword) => keyword in schema)) {
        return this.#try(target);
      }
      return this.#all(node, [target, this.#part(node, omit(schema, REFERENCES), "rest")]);
    }
    const children =
      "discriminator" in schema ? this.#options.discriminators.childrenOf(node.pointer) : [];
    if (children.length === 0 && !COMPOSITES.some((keyword) => keyword in schema)) {
      return this.#own(node, schema);
    }
    const parts: SchemaNode[] = [];
    const own = omit(schema, [...COMPOSITES, "discriminator"]);
    if (Array.isArray(schema["allOf"])) {
      for (const [index, part] of schema["allOf"].entries()) {
        parts.push(this.#baseOf(node, this.#inherit(node, ["allOf", index], part)));
      }
    }
    if (children.length > 0) {
      parts.push(
        this.#schemas.derived(
          `${node.key}#children`,
          node.pointer,
          () => node.hint,
          {
            kind: "any",
            arms: children.flatMap((child) => this.#schemas.at(child, child) ?? []),
            discriminator: discriminatorOf(schema),
          },
          node.component,
        ),
      );
    }
    for (const keyword of ["oneOf", "anyOf"]) {
      const arms: unknown = schema[keyword];
      if (Array.isArray(arms)) {
        parts.push(
          this.#schemas.derived(
            `${node.key}#${keyword}`,
            node.pointer,
            () => node.hint,
            {
              kind: "any",
              arms: arms.map((arm: unknown, index) => this.#inherit(node, [keyword, index], arm)),
              discriminator: discriminatorOf(schema),
            },
            node.component,
          ),
        );
      }
    }
    if ("discriminator" in schema && this.#options.discriminators.isExtended(node.pointer)) {
      return this.#all(node, parts);
    }
    return this.#all(node, [...parts, this.#part(node, own, "own")]);
  }

  /** Returns what a part of `allOf` says about a schema: not the union that the schema is in. */
  #baseOf(node: SchemaNode, part: SchemaNode): SchemaNode {
    const { content } = part;
    const reference =
      content.kind === "schema" && isObject(content.schema) ? content.schema["$ref"] : undefined;
    const parent =
      reference === undefined ? undefined : this.#schemas.target(part, "$ref", reference);
    if (
      parent?.content.kind !== "schema" ||
      !isObject(parent.content.schema) ||
      !this.#options.discriminators.isArm(parent.pointer, node.pointer)
    ) {
      return part;
    }
    return this.#schemas.derived(`${parent.key}#base`, parent.pointer, () => `${parent.hint}Base`, {
      kind: "schema",
      schema: omit(parent.content.schema, ["oneOf", "anyOf", "discriminator"]),
    });
  }

  /** Makes the member of an object that selects it in a union a constant or an enum. */
  #withTag(node: SchemaNode, resolved: Resolved): Resolved {
    const tag =
      node.key === node.pointer ? this.#options.discriminators.tagOf(node.pointer) : undefined;
    if (tag === undefined || resolved.shape.kind !== "object") {
      return resolved;
    }
    const { members, required } = resolved.shape;
    const member = members.get(tag.member);
    if (member === undefined ? !tag.isMapped : !this.#isText(member)) {
      return resolved;
    }
    const constant = this.#schemas.derived(
      `${node.key}#tag`,
      member?.pointer ?? node.pointer,
      () => `${node.hint}${toPascalCase(tag.member)}`,
      { kind: "schema", schema: { type: "string", enum: tag.values } },
    );
    return {
      ...resolved,
      shape: {
        kind: "object",
        node,
        members: new Map([...members, [tag.member, constant]]),
        required,
      },
    };
  }

  /** Returns whether a schema is a string without a constant or an enum. */
  #isText(node: SchemaNode, steps = 0): boolean {
    if (node.content.kind === "all" && steps < MAX_STEPS) {
      return node.content.parts.some((part) => this.#isText(part, steps + 1));
    }
    if (
      node.content.kind !== "schema" ||
      steps >= MAX_STEPS ||
      stringsOf(node, this.#schemas) !== undefined
    ) {
      return false;
    }
    const { schema } = node.content;
    if (!isObject(schema) || schema["$ref"] === undefined) {
      return isObject(schema) && schema["type"] === "string";
    }
    const target = this.#schemas.target(node, "$ref", schema["$ref"]);
    return target !== undefined && this.#isText(target, steps + 1);
  }

  /** Returns a node for a part of a schema's keywords. */
  #part(node: SchemaNode, schema: SchemaObject, name: string): SchemaNode {
    return this.#schemas.derived(
      `${node.key}#${name}`,
      node.pointer,
      () => node.hint,
      { kind: "schema", schema },
      node.component,
    );
  }

  /** Returns a node within a schema that may take its name. */
  #inherit(node: SchemaNode, keys: readonly (string | number)[], schema: unknown): SchemaNode {
    return this.#schemas.child(node, keys, schema, () => node.hint, node.component);
  }

  #all(node: SchemaNode, parts: readonly SchemaNode[]): Resolved | undefined {
    const intersection = new Intersection(node, this.#schemas, (union) =>
      this.#unite(node, union, false),
    );
    let result: Resolved = { shape: { kind: "any" }, nullable: false };
    let first = node.pointer;
    for (const part of parts) {
      const resolved = this.#try(part);
      if (resolved === undefined) {
        // A union that is only itself says nothing.
        if (part.content.kind !== "any") {
          this.#reportCycle(part);
        }
        continue;
      }
      const both = intersection.of(result, resolved);
      if (both === undefined) {
        this.#report({
          code: "contradiction",
          pointer: part.pointer,
          expected: `${describe(result.shape)}, as at ${first}; change one of them by a \`patch\` in the config`,
          found: describe(resolved.shape),
        });
      } else {
        if (result.shape.kind === "any") {
          first = part.pointer;
        }
        result = both;
      }
    }
    return result;
  }

  #any(node: SchemaNode, arms: readonly SchemaNode[]): Resolved | undefined {
    const shapes: Shape[] = [];
    let nullable = false;
    let met = false;
    for (const arm of arms) {
      const resolved = this.#try(arm);
      if (resolved !== undefined) {
        met = true;
        nullable ||= resolved.nullable;
        shapes.push(resolved.shape);
      }
    }
    return met || arms.length === 0 ? this.#unite(node, shapes, nullable) : undefined;
  }

  #unite(node: SchemaNode, shapes: readonly Shape[], nullable: boolean): Resolved {
    return {
      shape: unite(node, shapes, this.#schemas, this.#options.union(node.pointer)),
      nullable,
    };
  }

  /** Resolves a schema without references, `allOf` and unions. */
  #own(node: SchemaNode, schema: SchemaObject): Resolved {
    const values = valuesOf(schema);
    const types = typesOf(schema, values);
    const nullable = types.includes("null");
    const others = types.filter((type) => type !== "null");
    if (others.length === 0) {
      return { shape: { kind: nullable ? "never" : "any" }, nullable };
    }
    const shapes = others.map((type) =>
      this.#ofType(
        others.length === 1 ? node : this.#part(node, schema, type),
        schema,
        type,
        values,
      ),
    );
    return { shape: unite(node, shapes, this.#schemas, undefined), nullable };
  }

  #ofType(
    node: SchemaNode,
    schema: SchemaObject,
    type: string,
    values: readonly unknown[] | undefined,
  ): Shape {
    switch (type) {
      case "string": {
        if (Number(schema["minLength"]) > Number(schema["maxLength"])) {
          return { kind: "never" };
        }
        const strings = [...new Set(values?.filter((value) => typeof value === "string"))];
        // In the options of an enum value, the empty string means that there is none; and a `.proto`
        // file cannot hold half of a surrogate pair.
        if ((strings.length > 1 && strings.includes("")) || strings.some(isIllFormed)) {
          return { kind: "scalar", name: "string", known: strings };
        }
        return strings.length === 0
          ? { kind: "scalar", name: stringType(schema) }
          : { kind: "enum", node, values: strings };
      }
      case "integer":
        return { kind: "scalar", name: integerType(schema, this.#options.integers) };
      case "number":
        return { kind: "scalar", name: "double" };
      case "boolean":
        return { kind: "scalar", name: "bool" };
      case "array":
        return { kind: "array", node, items: this.#items(node, schema) };
      case "object":
        return this.#object(node, schema);
      default:
        this.#report({
          code: "not_a_document",
          pointer: `${node.pointer}/type`,
          expected:
            "a type of JSON Schema: string, integer, number, boolean, array, object or null",
          found: JSON.stringify(type),
        });
        return { kind: "any" };
    }
  }

  #items(node: SchemaNode, schema: SchemaObject): SchemaNode | undefined {
    const hint = () => toSingular(node.hint) ?? `${node.hint}Item`;
    const arms: SchemaNode[] = [];
    for (const keyword of ["prefixItems", "items"]) {
      const items: unknown = schema[keyword];
      if (Array.isArray(items)) {
        arms.push(
          ...items.map((item: unknown, index) =>
            this.#schemas.child(node, [keyword, index], item, hint),
          ),
        );
      } else if (items !== undefined && items !== false) {
        arms.push(this.#schemas.child(node, [keyword], items, hint));
      }
    }
    if (arms.length < 2) {
      return arms[0];
    }
    return this.#schemas.derived(`${node.key}#items`, node.pointer, hint, { kind: "any", arms });
  }

  #object(node: SchemaNode, schema: SchemaObject): Shape {
    const properties = isObject(schema["properties"]) ? schema["properties"] : {};
    const required = new Set(
      Array.isArray(schema["required"])
        ? schema["required"].filter((name) => typeof name === "string")
        : [],
    );
    const members = new Map<string, SchemaNode>();
    for (const [name, member] of Object.entries(properties)) {
      if (member !== false) {
        const hint = () => `${node.hint}${toPascalCase(name)}`;
        members.set(name, this.#schemas.child(node, ["properties", name], member, hint));
      }
    }
    if (members.size > 0 || required.size > 0) {
      return { kind: "object", node, members, required };
    }
    return this.#open(node, schema, { kind: "object", node, members, required });
  }

  /** Resolves an object without members of its own. */
  #open(node: SchemaNode, schema: SchemaObject, closed: Shape): Shape {
    const arms: SchemaNode[] = [];
    const patterns = isObject(schema["patternProperties"]) ? schema["patternProperties"] : {};
    const hint = () => toSingular(node.hint) ?? `${node.hint}Value`;
    for (const [pattern, value] of Object.entries(patterns)) {
      arms.push(this.#schemas.child(node, ["patternProperties", pattern], value, hint));
    }
    const keyword = ["additionalProperties", "unevaluatedProperties"].find(
      (name) => schema[name] !== undefined,
    );
    const additional = keyword === undefined ? true : schema[keyword];
    if (additional === false) {
      if (arms.length === 0) {
        return closed;
      }
    } else if (keyword === undefined || additional === true || isEmpty(additional)) {
      if (arms.length === 0 || keyword !== undefined) {
        return { kind: "free" };
      }
    } else {
      arms.push(this.#schemas.child(node, [keyword], additional, hint));
    }
    const [first, second] = arms;
    if (first !== undefined && second === undefined) {
      return { kind: "map", value: first };
    }
    const value = this.#schemas.derived(`${node.key}#values`, node.pointer, hint, {
      kind: "any",
      arms,
    });
    return { kind: "map", value };
  }

  #reportCycle(node: SchemaNode): void {
    this.#report({
      code: "circular_all_of",
      pointer: node.pointer,
      expected: "a schema that does not contain itself by `allOf` or `$ref` alone",
      found: "a cycle",
    });
  }
}

function omit(schema: SchemaObject, keywords: readonly string[]): SchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !keywords.includes(name)));
}

function discriminatorOf(schema: SchemaObject): string | undefined {
  const discriminator = schema["discriminator"];
  const name = isObject(discriminator) ? discriminator["propertyName"] : undefined;
  return typeof name === "string" ? name : undefined;
}

function isEmpty(schema: unknown): boolean {
  return isObject(schema) && Object.keys(schema).length === 0;
}
