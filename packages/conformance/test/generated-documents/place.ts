import { DOCUMENT, isSchema, type Schema, type Schemas } from "./schema.js";
import type { Validator } from "./validator.js";

/** A place of a document, and what its schema says about it. */
export interface Place {
  /** The value; undefined if there is none. */
  readonly value: unknown;
  /** The schemas that apply to the place: all parts, and those alternatives that accept the value. */
  readonly schemas: readonly Schema[];
  /** The object or array around it; undefined for the document itself. */
  readonly around: Place | undefined;
  /** The name of the member, or the index of the element; empty for the document itself. */
  readonly name: string;
}

/** Finds out what the schema of a document says about its places. */
export class Places {
  readonly #schemas: Schemas;
  readonly #validator: Validator;

  constructor(schemas: Schemas, validator: Validator) {
    this.#schemas = schemas;
    this.#validator = validator;
  }

  /** @param pointer a JSON Pointer into the document. */
  find(name: string, document: unknown, pointer: string): Place {
    const schemas = this.#applied(this.#named(name), document);
    let place: Place = { value: document, schemas, around: undefined, name: "" };
    for (const token of pointer.split("/").slice(1)) {
      place = this.#inside(place, token.replaceAll("~1", "/").replaceAll("~0", "~"));
    }
    return place;
  }

  #inside(around: Place, name: string): Place {
    const { value: outer } = around;
    const values =
      typeof outer === "object" && outer !== null ? new Map(Object.entries(outer)) : undefined;
    const value: unknown = values?.get(name);
    const schemas = around.schemas
      .map((schema) =>
        Array.isArray(outer) ? elementSchema(schema, name) : memberSchema(schema, name),
      )
      .filter(isSchema)
      .flatMap((schema) => this.#applied(schema, value));
    return { value, schemas, around, name };
  }

  /** Returns a schema, what it refers to, its parts, and its alternatives that accept the value. */
  #applied(schema: Schema, value: unknown): Schema[] {
    const { $ref: reference, allOf, anyOf, oneOf } = schema;
    const referred = typeof reference === "string" ? [this.#referred(reference)] : [];
    const alternatives = [...schemasIn(anyOf), ...schemasIn(oneOf)].filter((each) =>
      this.#validator.acceptsPart(each, value),
    );
    const parts = [...referred, ...schemasIn(allOf), ...alternatives];
    return [schema, ...parts.flatMap((each) => this.#applied(each, value))];
  }

  #referred(reference: string): Schema {
    return this.#named(reference.replace(`${DOCUMENT}#/$defs/`, ""));
  }

  #named(name: string): Schema {
    const schema = this.#schemas[name];
    if (schema === undefined) {
      throw new Error(`there is no schema ${name}`);
    }
    return schema;
  }
}

/** Returns the schema of a member, if the object's schema names the member. */
export function namedMember({ properties }: Schema, name: string): unknown {
  return isSchema(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function elementSchema({ prefixItems, items }: Schema, index: string): unknown {
  return (Array.isArray(prefixItems) ? prefixItems[Number(index)] : undefined) ?? items;
}

function memberSchema(schema: Schema, name: string): unknown {
  return namedMember(schema, name) ?? schema["additionalProperties"];
}

function schemasIn(list: unknown): Schema[] {
  return Array.isArray(list) ? list.filter(isSchema) : [];
}
