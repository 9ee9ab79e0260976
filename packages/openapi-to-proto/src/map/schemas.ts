import { pointerTo } from "@stepwire/json";
import { COMPONENTS } from "../config/patch.js";
import type { ReportMistake } from "../error.js";
import { pointerOf, shorten, valueAt } from "../read/reference.js";
import { describeValue } from "./keywords.js";
import type { NodeContent, SchemaNode, SchemaObject } from "./shape.js";
import { toPascalCase } from "./words.js";

/** How many combinations of combinations are made of schemas, at most: more never end. */
const MAX_NESTING = 16;
const MAX_COMBINATIONS = 100_000;
/** How many references are followed to the schema that they name, at most. */
const MAX_REFERENCES = 256;
const MAX_HINT = 200;
/** Keywords that may be beside a reference without a meaning for its values. */
const ANNOTATIONS = new Set(["description", "title", "deprecated", "example", "examples"]);

/** What several schemas say together. */
interface Combination {
  readonly kind: "all" | "any";
  readonly parts: readonly SchemaNode[];
  readonly nesting: number;
}

/** The schemas of a document as nodes: one for each pointer, whatever refers to it. */
export class Schemas {
  readonly #document: unknown;
  readonly #nodes = new Map<string, SchemaNode>();
  readonly #report: ReportMistake;
  readonly #nameOf: (component: string, pointer: string) => string;
  readonly #anchors = new Map<string, string>();
  readonly #combinations = new Map<SchemaNode, Combination>();
  readonly #ids = new Map<SchemaNode, number>();

  /**
   * @param nameOf returns the name of the message for a component
   */
  constructor(
    document: unknown,
    report: ReportMistake,
    nameOf: (component: string, pointer: string) => string,
  ) {
    this.#document = document;
    this.#report = report;
    this.#nameOf = nameOf;
  }

  /** Whether the document itself is a schema. */
  get isSchema(): boolean {
    const document = this.#document;
    return (
      isObject(document) &&
      !("openapi" in document || "swagger" in document) &&
      ["type", "properties", "allOf", "anyOf", "oneOf", "$ref", "enum"].some(
        (keyword) => keyword in document,
      )
    );
  }

  /** Returns the pointers of all named schemas by name, in the order of the document. */
  components(): Map<string, string> {
    const components = new Map<string, string>();
    for (const place of COMPONENTS) {
      const schemas = valueAt(this.#document, place);
      if (schemas !== undefined && !isObject(schemas)) {
        this.#report({
          code: "not_a_document",
          pointer: place,
          expected: "an object with schemas by name",
          found: describeValue(schemas),
        });
      } else if (schemas !== undefined) {
        for (const name of Object.keys(schemas)) {
          if (!components.has(name)) {
            components.set(name, pointerTo(place, name));
          }
        }
      }
    }
    return components;
  }

  /** Returns the node of a schema by its pointer; reports one that does not exist. */
  at(pointer: string, place: string): SchemaNode | undefined {
    const known = this.#nodes.get(pointer);
    if (known !== undefined) {
      return known;
    }
    const schema = valueAt(this.#document, pointer);
    if (!isSchema(schema)) {
      this.#report({
        code: "unresolved_reference",
        pointer: place,
        expected: "a schema in the document",
        found:
          schema === undefined ? `nothing at ${shorten(pointer)}` : "a value that is not a schema",
      });
      return undefined;
    }
    const component = this.#componentOf(pointer);
    const hint =
      component === undefined
        ? (titleOf(pointer, schema) ?? hintFor(pointer))
        : this.#nameOf(component, pointer);
    return this.#add(pointer, schema, () => hint, component === undefined ? undefined : pointer);
  }

  /** Returns the node of a schema within another one. */
  child(
    parent: SchemaNode,
    keys: readonly (string | number)[],
    schema: unknown,
    hint: () => string,
    component?: string,
  ): SchemaNode {
    const pointer = keys.reduce<string>(pointerTo, parent.pointer);
    const known = this.#nodes.get(pointer);
    if (known !== undefined) {
      return known;
    }
    if (!isSchema(schema)) {
      this.#report({
        code: "not_a_document",
        pointer,
        expected: "a schema: an object or a boolean",
        found: describeValue(schema),
      });
      return this.#add(pointer, true, hint, component);
    }
    return this.#add(pointer, schema, hint, component);
  }

  /** Returns the node that a reference leads to. */
  target(node: SchemaNode, keyword: string, reference: unknown): SchemaNode | undefined {
    const place = pointerTo(node.pointer, keyword);
    const result = pointerOf(reference, place);
    if ("mistake" in result) {
      this.#report(result.mistake);
      return undefined;
    }
    if (keyword === "$recursiveRef" && result.pointer === "") {
      return this.at(this.#enclosing(node.pointer), place);
    }
    if (result.pointer !== "" && !result.pointer.startsWith("/")) {
      return this.at(this.#anchor(result.pointer) ?? result.pointer, place);
    }
    return this.at(result.pointer, place);
  }

  /** Returns a node for what several schemas say together, or one of several schemas says. */
  derived(
    key: string,
    pointer: string,
    hint: () => string,
    content: NodeContent,
    component?: string,
  ): SchemaNode {
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      return known;
    }
    const node = new Node(key, pointer, hint, component, content);
    this.#nodes.set(key, node);
    return node;
  }

  /**
   * Returns the node for what all parts say together, or for what any of them says: the same node for
   * the same parts, so that schemas that contain themselves merge into one that contains itself.
   */
  combined(
    kind: "all" | "any",
    parts: readonly [SchemaNode, ...SchemaNode[]],
    pointer: string,
    hint: () => string,
  ): SchemaNode {
    const flat = new Set<SchemaNode>();
    let nesting = 0;
    for (const part of parts) {
      const node = this.#referenced(part);
      const combination = this.#combinations.get(node);
      if (combination?.kind === kind) {
        nesting = Math.max(nesting, combination.nesting - 1);
        for (const each of combination.parts) {
          flat.add(each);
        }
      } else {
        nesting = Math.max(nesting, combination?.nesting ?? 0);
        flat.add(node);
      }
    }
    const nodes = [...flat];
    const [only, second] = nodes;
    if (only !== undefined && second === undefined) {
      return only;
    }
    const ids = nodes.map((node) => this.idOf(node)).sort((one, other) => one - other);
    const key = `${kind} of ${ids.join(" ")}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      return known;
    }
    if (nesting >= MAX_NESTING || this.#combinations.size >= MAX_COMBINATIONS) {
      this.#report({
        code: "too_deep",
        pointer,
        expected: "schemas that merge into a limited number of others; set a `patch` in the config",
        found: `${kind === "all" ? "allOf" : "a union"} of schemas that merge again and again`,
      });
      return parts[0];
    }
    const name = shortHint(hint());
    const content: NodeContent = kind === "all" ? { kind, parts: nodes } : { kind, arms: nodes };
    const node = this.derived(key, pointer, () => name, content);
    this.#combinations.set(node, { kind, parts: nodes, nesting: nesting + 1 });
    return node;
  }

  /** Follows references that say nothing else. */
  #referenced(node: SchemaNode): SchemaNode {
    let end = node;
    for (let steps = 0; steps < MAX_REFERENCES; steps++) {
      const { content } = end;
      if (content.kind !== "schema" || typeof content.schema === "boolean") {
        return end;
      }
      const { $ref, ...others } = content.schema;
      const target =
        $ref === undefined || Object.keys(others).some((keyword) => !ANNOTATIONS.has(keyword))
          ? undefined
          : this.target(end, "$ref", $ref);
      if (target === undefined) {
        return end;
      }
      end = target;
    }
    return node;
  }

  /** Returns a number that only this node has. */
  idOf(node: SchemaNode): number {
    const id = this.#ids.get(node) ?? this.#ids.size;
    this.#ids.set(node, id);
    return id;
  }

  #add(
    pointer: string,
    schema: SchemaObject | boolean,
    hint: () => string,
    component: string | undefined,
  ): SchemaNode {
    const node = new Node(pointer, pointer, hint, component, { kind: "schema", schema });
    this.#nodes.set(pointer, node);
    return node;
  }

  #componentOf(pointer: string): string | undefined {
    for (const place of COMPONENTS) {
      const rest = pointer.slice(place.length + 1);
      if (pointer.startsWith(`${place}/`) && !rest.includes("/")) {
        return rest.replaceAll("~1", "/").replaceAll("~0", "~");
      }
    }
    return undefined;
  }

  /** Returns the pointer of the component around a schema; the document itself if there is none. */
  #enclosing(pointer: string): string {
    for (const place of COMPONENTS) {
      if (pointer.startsWith(`${place}/`)) {
        const end = pointer.indexOf("/", place.length + 1);
        return end === -1 ? pointer : pointer.slice(0, end);
      }
    }
    return "";
  }

  #anchor(name: string): string | undefined {
    if (this.#anchors.size === 0) {
      this.#anchors.set("", "");
      collectAnchors(this.#document, "", this.#anchors);
    }
    return this.#anchors.get(name);
  }
}

/** Keeps the names of combinations from growing without an end. */
function shortHint(hint: string): string {
  return hint.length > MAX_HINT ? hint.slice(0, MAX_HINT) : hint;
}

class Node implements SchemaNode {
  readonly key: string;
  readonly pointer: string;
  readonly content: NodeContent;
  #hint: () => string;
  #component: string | undefined;
  #isRenamed = false;
  /** Whether the hint is being asked for: an arm may be named after a union within itself. */
  #isNaming = false;

  constructor(
    key: string,
    pointer: string,
    hint: () => string,
    component: string | undefined,
    content: NodeContent,
  ) {
    this.key = key;
    this.pointer = pointer;
    this.#hint = hint;
    this.#component = component;
    this.content = content;
  }

  get hint(): string {
    if (this.#isNaming) {
      return "";
    }
    this.#isNaming = true;
    try {
      return this.#hint();
    } finally {
      this.#isNaming = false;
    }
  }

  get component(): string | undefined {
    return this.#component;
  }

  get isRenamed(): boolean {
    return this.#isRenamed;
  }

  rename(hint: () => string): void {
    this.#isRenamed = true;
    this.#hint = hint;
    this.#component = undefined;
  }
}

function collectAnchors(value: unknown, pointer: string, anchors: Map<string, string>): void {
  if (typeof value !== "object" || value === null) {
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    if ((key === "$anchor" || key === "$dynamicAnchor") && typeof child === "string") {
      anchors.set(child, pointer);
    }
    collectAnchors(child, pointerTo(pointer, key), anchors);
  }
}

/** Returns the name of a document that is a schema itself. */
function titleOf(pointer: string, schema: SchemaObject | boolean): string | undefined {
  const title = pointer === "" && isObject(schema) ? schema["title"] : undefined;
  const name = typeof title === "string" && title.length <= 50 ? toPascalCase(title) : "";
  return /^[A-Z]/.test(name) ? name : undefined;
}

/** Keys of a pointer that say nothing about what the schema is. */
const KEYWORDS = new Set(["schema", "schemas", "components", "content", "paths", "properties"]);

/** Returns a name for a schema that has none, from the last parts of its pointer. */
function hintFor(pointer: string): string {
  const parts = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (parts.length === 0) {
    return "Document";
  }
  return toPascalCase(parts.filter((part) => !KEYWORDS.has(part)).join(" ")) || "Schema";
}

function isSchema(value: unknown): value is SchemaObject | boolean {
  return typeof value === "boolean" || isObject(value);
}

/** Returns whether a value of the document is an object. */
export function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
