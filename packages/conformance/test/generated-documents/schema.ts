/** A JSON Schema of draft 2020-12, or a schema of OpenAPI 3.0 or 3.1. */
export type Schema = Readonly<Record<string, unknown>>;

/** Schemas by name. */
export type Schemas = Readonly<Record<string, Schema>>;

/** As much of an OpenAPI document as the tests read. */
export interface OpenApiDocument {
  readonly openapi: unknown;
  readonly components: { readonly schemas: Schemas };
}

/** Returns a document with its schemas. */
export function toOpenApiDocument(value: unknown): OpenApiDocument {
  const { openapi, components } = isSchema(value) ? value : {};
  const { schemas } = isSchema(components) ? components : {};
  if (!isSchema(schemas)) {
    throw new Error("the OpenAPI document has no schemas");
  }
  const all = Object.entries(schemas).map(([name, schema]) => [
    name,
    isSchema(schema) ? schema : {},
  ]);
  return { openapi, components: { schemas: Object.fromEntries(all) } };
}

/** The identifier of the document that all schemas are a part of; references start with it. */
export const DOCUMENT = "document";

const OPENAPI_PREFIX = "#/components/schemas/";
const PREFIX = `${DOCUMENT}#/$defs/`;

/** What the value of a keyword is; keywords that are not listed do not restrict values. */
const keywords: ReadonlyMap<string, "value" | "schema" | "list" | "map"> = new Map([
  ...keywordsOf("value", [
    ...["type", "enum", "const", "format", "pattern", "required", "uniqueItems"],
    ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
    ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"],
  ]),
  ...keywordsOf("schema", ["items", "additionalProperties", "propertyNames", "not"]),
  ...keywordsOf("list", ["allOf", "anyOf", "oneOf", "prefixItems"]),
  ...keywordsOf("map", ["properties", "patternProperties"]),
]);

function keywordsOf<const Kind>(kind: Kind, names: readonly string[]): [string, Kind][] {
  return names.map((name) => [name, kind]);
}

/**
 * Translates the schemas of an OpenAPI document to JSON Schema, so that libraries for JSON Schema
 * understand them: `nullable`, `$recursiveRef`, and the booleans of OpenAPI 3.0 for exclusive bounds.
 */
export function toJsonSchemas({ components }: OpenApiDocument): Schemas {
  return mapValues(components.schemas, (schema, name) => translate(schema, name));
}

/** @param root the name of the schema around it, to which `$recursiveRef: "#"` refers. */
function translate(schema: unknown, root: string): Schema {
  if (schema === false) {
    return { not: {} };
  }
  if (!isSchema(schema)) {
    return {};
  }
  const translated: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = keywords.get(keyword);
    if (keyword === "$ref" && typeof value === "string") {
      translated["$ref"] = PREFIX + referredName(value);
    } else if (keyword === "$recursiveRef") {
      translated["$ref"] = PREFIX + root;
    } else if (kind === "value") {
      translated[keyword] = value;
    } else if (kind === "schema") {
      translated[keyword] = translate(value, root);
    } else if (kind === "list" && Array.isArray(value)) {
      translated[keyword] = value.map((each) => translate(each, root));
    } else if (kind === "map" && isSchema(value)) {
      translated[keyword] = mapValues(value, (each) => translate(each, root));
    }
  }
  moveExclusiveBound(translated, "minimum", "exclusiveMinimum");
  moveExclusiveBound(translated, "maximum", "exclusiveMaximum");
  return schema["nullable"] === true ? { anyOf: [translated, { type: "null" }] } : translated;
}

function moveExclusiveBound(
  schema: Record<string, unknown>,
  bound: string,
  exclusive: string,
): void {
  if (typeof schema[exclusive] !== "boolean") {
    return;
  }
  if (schema[exclusive]) {
    schema[exclusive] = schema[bound];
    delete schema[bound];
  } else {
    delete schema[exclusive];
  }
}

/** Returns the name of the schema that a reference refers to. */
export function referredName(reference: string): string {
  const prefix = [OPENAPI_PREFIX, PREFIX].find((each) => reference.startsWith(each));
  if (prefix === undefined) {
    throw new Error(`expected a reference to a schema of the document, not ${reference}`);
  }
  return reference.slice(prefix.length);
}

/**
 * Returns the document with an object around each schema that is not an object by itself, because
 * only objects are documents. The object has the schema as its only member, `value`.
 */
export function withBoxes(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components;
  const boxes = Object.entries(schemas)
    .filter(([, schema]) => !isObject(schema, schemas))
    .map(([name]): [string, Schema] => [
      `${name}Box`,
      {
        type: "object",
        required: ["value"],
        properties: { value: { $ref: OPENAPI_PREFIX + name } },
      },
    ]);
  const clash = boxes.find(([name]) => Object.hasOwn(schemas, name));
  if (clash !== undefined) {
    throw new Error(`the document has a schema ${clash[0]} already`);
  }
  const all = { ...schemas, ...Object.fromEntries(boxes) };
  return { ...document, components: { ...document.components, schemas: all } };
}

/** Returns the names of the schemas whose values are documents. */
export function documentNames({ components: { schemas } }: OpenApiDocument): string[] {
  return Object.entries(schemas)
    .filter(([, schema]) => isObject(schema, schemas))
    .map(([name]) => name);
}

/**
 * Whether a schema is a message of its own: an object with members, without alternatives, and not
 * only another name of a schema.
 */
function isObject(schema: Schema, schemas: Schemas): boolean {
  const parts = partsOf(schema, schemas);
  const hasMembers = parts.some(({ properties }) => isSchema(properties) && !isEmpty(properties));
  const hasAlternatives = parts.some(
    (part) =>
      part["oneOf"] !== undefined || part["anyOf"] !== undefined || part["nullable"] === true,
  );
  return hasMembers && !hasAlternatives && !isOtherName(schema);
}

function isOtherName({ $ref: reference, properties, allOf }: Schema): boolean {
  const [only, ...others] = Array.isArray(allOf) ? allOf : [];
  return (
    properties === undefined &&
    (reference !== undefined || (others.length === 0 && isSchema(only) && isOtherName(only)))
  );
}

/** Returns a schema and all that it refers to or is made of by `allOf`. */
function partsOf(schema: Schema, schemas: Schemas): Schema[] {
  const { $ref: reference, allOf } = schema;
  const referred = typeof reference === "string" ? schemas[referredName(reference)] : undefined;
  return [
    schema,
    ...(referred === undefined ? [] : partsOf(referred, schemas)),
    ...(Array.isArray(allOf) ? allOf.flatMap((each) => partsOf(each, schemas)) : []),
  ];
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** Returns an object with the results of a function for all values. */
export function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value, name: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, change(value, name)]),
  );
}
