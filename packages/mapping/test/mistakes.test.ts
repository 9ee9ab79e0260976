import { describe, expect, it } from "vitest";
import {
  getMessageMapping,
  getTableMapping,
  MappingError,
  type MappingProblem,
} from "../src/index.js";
import { buildSchemas } from "./build-schemas.js";
import { columnMistakes } from "./column-mistakes.js";
import { mistakes } from "./mistakes.js";

const all = [...mistakes, ...columnMistakes];
const registry = buildSchemas(
  Object.fromEntries(all.map(({ body }, index) => [packageName(index), body])),
);

describe("a mistake in the options is reported with its proto path", () => {
  for (const [index, { name, problems }] of all.entries()) {
    it(name, () => {
      const compile = index < mistakes.length ? getMessageMapping : getTableMapping;
      const found = problemsOf(`${packageName(index)}.M`, compile);
      const expected = Object.entries(problems).flatMap(([path, messages]) =>
        [messages].flat().map((message) => ({
          path: `${packageName(index)}.${path}`,
          message: expect.stringContaining(message),
        })),
      );
      expect(found).toEqual(expect.arrayContaining(expected));
      expect(found).toHaveLength(expected.length);
    });
  }
});

describe("MappingError", () => {
  it("lists every problem in its message", () => {
    const error = new MappingError([
      { path: "a.B.c", message: "is wrong" },
      { path: "a.D", message: "too" },
    ]);
    expect(error.message).toBe("a.B.c: is wrong\na.D: too");
    expect(error.name).toBe("MappingError");
  });

  it("is thrown again when the schema is asked for again", () => {
    const desc = registry.getMessage(`${packageName(0)}.M`);
    expect(desc).toBeDefined();
    for (let time = 0; time < 2; time++) {
      expect(() => desc && getMessageMapping(desc)).toThrow(MappingError);
    }
  });
});

function packageName(index: number): string {
  return `mistake${index}`;
}

function problemsOf(
  typeName: string,
  compile: typeof getMessageMapping | typeof getTableMapping,
): readonly MappingProblem[] {
  const desc = registry.getMessage(typeName);
  try {
    compile(desc ?? expect.unreachable(`no message ${typeName}`));
  } catch (error) {
    expect(error).toBeInstanceOf(MappingError);
    return error instanceof MappingError ? error.problems : [];
  }
  return [];
}
