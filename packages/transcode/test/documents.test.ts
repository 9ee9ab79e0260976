import { ToolCallsSchema } from "@stepwire/core";
import { compileSchemas } from "@stepwire/testing";
import { expect, test } from "vitest";
import { createTranscoder } from "../src/index.js";

const schemas = [ToolCallsSchema, compileSchemas()("Content")];

test.each(schemas.map((schema) => ({ name: schema.typeName, schema })))(
  "no transcoder for $name, which is no document",
  ({ schema }) => {
    expect(() => createTranscoder(schema)).toThrow(TypeError);
    expect(() => createTranscoder(schema)).toThrow("is a part of a document, not a document");
  },
);
