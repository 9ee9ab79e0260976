import {
  formatReport,
  ImportError,
  importSchemas,
  lockPath,
  mapDocument,
  readConfig,
  readDocument,
  schemaNames,
  summarizeReport,
} from "@stepwire/openapi-to-proto";
import type { Growth } from "./measure.js";

type Schema = Readonly<Record<string, unknown>>;

const text = { type: "string", pattern: "^a" };

function object(size: number, member: (index: number) => [name: string, schema: Schema]): Schema {
  const members = Array.from({ length: size }, (_, index) => member(index));
  return { type: "object", properties: Object.fromEntries(members) };
}

function reference(index: number): Schema {
  return { $ref: `#/components/schemas/S${index}` };
}

function tagged(index: number): Schema {
  return { type: "object", required: ["type"], properties: { type: { const: `t${index}` } } };
}

/** Schemas by name, by the part that grows. */
const schemas: Readonly<Record<string, (size: number) => Readonly<Record<string, Schema>>>> = {
  "schemas that refer to each other": (size) =>
    Object.fromEntries(
      Array.from({ length: size }, (_, index) => [
        `S${index}`,
        object(2, (member) => [
          `m${member}`,
          member === 0 ? text : reference((index * 7 + 1) % size),
        ]),
      ]),
    ),
  "members of a schema": (size) => ({ S: object(size, (index) => [`m${index}`, text]) }),
  "inline schemas": (size) => ({
    S: object(size, (index) => [`m${index}`, object(1, () => ["a", text])]),
  }),
  "strings of an enum": (size) => ({
    S: { enum: Array.from({ length: size }, (_, index) => `e${index}`) },
  }),
  "arms of a union": (size) => ({
    S: { oneOf: Array.from({ length: size }, (_, index) => tagged(index)) },
  }),
  "arms of a union without a tag": (size) => ({
    S: {
      oneOf: Array.from({ length: size }, (_, index) => object(1, () => [`m${index}`, text])),
    },
  }),
  "parts of allOf": (size) => ({
    S: {
      allOf: Array.from({ length: size }, (_, index) => object(1, () => [`m${index}`, text])),
    },
  }),
};

/** Returns the maximum size of a shape: allOf has a limit of its own. */
function limitsOf(shape: string): Pick<Growth, "largest"> {
  return shape === "parts of allOf" ? { largest: 1000 } : {};
}

function source(make: (size: number) => object, size: number) {
  const document = { openapi: "3.1.0", components: { schemas: make(size) } };
  return { name: "document.json", bytes: Buffer.from(JSON.stringify(document)) };
}

/** Schemas in YAML, by what each of them has. */
const yamls: Readonly<Record<string, (index: number) => string>> = {
  YAML: () => "{type: string}",
  "aliases in YAML": () => "*t",
  "anchors in YAML": (index) => `&a${index} {type: string}`,
};

function mistakesOf(action: () => unknown): number {
  try {
    action();
  } catch (error) {
    if (error instanceof ImportError) {
      return error.mistakes.length;
    }
    throw error;
  }
  throw new TypeError("nothing was refused");
}

const OWN = "@stepwire/openapi-to-proto";

/** Growth tests for the import of documents. */
export const importGrowth: readonly Growth[] = [
  ...Object.entries(schemas).flatMap(([shape, make]): Growth[] => [
    {
      of: ["importSchemas", "formatReport", "summarizeReport"].map((name) => `${OWN}:${name}`),
      shape,
      ...limitsOf(shape),
      prepare: (size) => {
        const document = source(make, size);
        return () => {
          const { files, report } = importSchemas({ document, package: "acme.v1" });
          return [files, formatReport(report), summarizeReport(report)];
        };
      },
    },
    {
      of: [`${OWN}:importSchemas`],
      shape: `${shape}, a second time`,
      ...limitsOf(shape),
      prepare: (size) => {
        const document = source(make, size);
        const { lock } = importSchemas({ document, package: "acme.v1" });
        return () => importSchemas({ document, package: "acme.v1", lock });
      },
    },
  ]),
  {
    of: ["readConfig", "lockPath", "schemaNames"].map((name) => `${OWN}:${name}`),
    shape: "members of schemas",
    prepare: (size) => {
      const { members } = { members: object(size, (index) => [`m${index}`, { name: "n" }]) };
      const config = {
        name: "import.json",
        bytes: Buffer.from(
          JSON.stringify({ package: "a.v1", schemas: { S: { members: members["properties"] } } }),
        ),
      };
      const document = source(() => ({ S: {} }), 1);
      return () => [readConfig(config), lockPath({ config }), schemaNames({ document, config })];
    },
  },
  {
    of: ["ImportError", "importSchemas"].map((name) => `${OWN}:${name}`),
    shape: "references that lead nowhere",
    prepare: (size) => {
      const document = source(
        () => ({ S: object(size, (index) => [`m${index}`, reference(index)]) }),
        1,
      );
      return () => mistakesOf(() => importSchemas({ document, package: "acme.v1" }));
    },
  },
  ...Object.entries(yamls).map(
    ([shape, lineOf]): Growth => ({
      of: ["mapDocument", "readDocument"].map((name) => `${OWN}:${name}`),
      shape,
      prepare: (size) => {
        const lines = Array.from(
          { length: size },
          (_, index) => `    S${index}: ${lineOf(index)}\n`,
        );
        const yaml = `t: &t {type: string}\ncomponents:\n  schemas:\n${lines.join("")}`;
        const file = { name: "document.yaml", bytes: Buffer.from(yaml) };
        return () => mapDocument(readDocument(file), { package: "acme.v1" });
      },
    }),
  ),
];
