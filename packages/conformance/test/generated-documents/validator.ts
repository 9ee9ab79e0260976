import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { DOCUMENT, type Schema, type Schemas } from "./schema.js";

/** Tells whether schemas accept values, by ajv. */
export class Validator {
  readonly #schemas: Schemas;
  readonly #ajv: Ajv2020;
  readonly #compiled = new Map<Schema, ValidateFunction>();

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
    // Without strict mode, ajv ignores formats that it does not know, as the standard says.
    this.#ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: DOCUMENT, $defs: schemas });
  }

  /** Returns whether the schema with a name accepts a value. */
  accepts(name: string, value: unknown): boolean {
    const schema = this.#schemas[name];
    if (schema === undefined) {
      throw new Error(`there is no schema ${name}`);
    }
    return this.acceptsPart(schema, value);
  }

  /** Returns whether a schema, which may be a part of another one, accepts a value. */
  acceptsPart(schema: Schema, value: unknown): boolean {
    let validate = this.#compiled.get(schema);
    if (validate === undefined) {
      validate = this.#ajv.compile(schema);
      this.#compiled.set(schema, validate);
    }
    return validate(value);
  }
}
