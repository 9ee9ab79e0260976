import { describe, expect, it } from "vitest";
import { ImportError, type ImportMistake } from "../../src/error.js";
import { type MapResult, mapDocument } from "../../src/map/map-document.js";

const text = { type: "string" };

function object(properties: Readonly<Record<string, unknown>>): object {
  return { type: "object", properties };
}

function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

function importAll(schemas: Readonly<Record<string, unknown>>): MapResult {
  return mapDocument({ openapi: "3.1.0", components: { schemas } }, { package: "test.v1" });
}

function namesIn({ files }: MapResult): string[] {
  return files.flatMap(({ declarations }) => declarations.map(({ name }) => name));
}

function mistakesOf(schemas: Readonly<Record<string, unknown>>): readonly ImportMistake[] {
  try {
    importAll(schemas);
  } catch (error) {
    if (error instanceof ImportError) {
      return error.mistakes;
    }
    throw error;
  }
  return [];
}

/** Returns schemas of which each leads to the next one. */
function chain(length: number, link: (next: object) => object): Record<string, object> {
  const schemas: Record<string, object> = { [`S${length}`]: object({ end: text }) };
  for (let index = 0; index < length; index++) {
    schemas[`S${index}`] = link(ref(`S${index + 1}`));
  }
  return schemas;
}

describe("schemas that contain themselves", () => {
  const two = {
    X: object({ next: ref("X"), x: text }),
    Y: object({ next: ref("Y"), y: text }),
  };

  it.each(["allOf", "anyOf", "oneOf"])("end if %s merges them", (keyword) => {
    const names = namesIn(importAll({ A: { [keyword]: [ref("X"), ref("Y")] }, ...two }));
    expect(names.sort()).toEqual(["A", "ANext", "X", "Y"]);
  });

  it("end if one of them is the merged schema", () => {
    const A = { allOf: [ref("X"), object({ next: ref("A") })] };
    expect(namesIn(importAll({ A, X: two.X }))).toEqual(["A", "ANext", "X"]);
  });

  it.each(["allOf", "anyOf"])("end if %s merges lists of them", (keyword) => {
    const lists = {
      X: { type: "array", items: ref("X") },
      Y: { type: "array", items: ref("Y") },
    };
    const A = object({ list: { [keyword]: [ref("X"), ref("Y")] } });
    expect(namesIn(importAll({ A, ...lists })).length).toBeLessThan(6);
  });

  it("end if three of them lead to one another", () => {
    const Z = object({ next: { anyOf: [ref("X"), ref("Y")] }, z: text });
    const A = { anyOf: [ref("X"), ref("Y"), ref("Z")] };
    const schemas = {
      A,
      X: object({ next: ref("Y"), x: text }),
      Y: object({ next: ref("Z"), y: text }),
      Z,
    };
    expect(namesIn(importAll(schemas)).length).toBeLessThan(12);
  });

  it("have one message for the same schemas in two places", () => {
    const level = (index: number, own: string): object =>
      object({ left: ref(`${own}${index + 1}`), right: ref(`${own}${index + 1}`) });
    const schemas: Record<string, object> = { A: { allOf: [ref("X0"), ref("Y0")] } };
    for (let index = 0; index < 30; index++) {
      schemas[`X${index}`] = level(index, "X");
      schemas[`Y${index}`] = level(index, "Y");
    }
    Object.assign(schemas, { X30: object({ x: text }), Y30: object({ y: text }) });
    expect(namesIn(importAll(schemas))).toHaveLength(31 * 3);
  });
});

describe("chains of schemas", () => {
  const links: readonly (readonly [string, (next: object) => object])[] = [
    ["$ref", (next) => next],
    ["allOf", (next) => ({ allOf: [next, object({ own: text })] })],
    ["anyOf", (next) => ({ anyOf: [next, object({ own: text })] })],
  ];

  it.each(links)("of %s are too deep from a length on", (_, link) => {
    expect(mistakesOf(chain(40, link))).toEqual([]);
    const [mistake] = mistakesOf(chain(2000, link));
    expect(mistake).toMatchObject({ code: "too_deep" });
    expect(mistake?.pointer).toMatch(/^\/components\/schemas\/S\d+/);
  });

  it("of members and lists have any length", () => {
    expect(namesIn(importAll(chain(3000, (next) => object({ next }))))).toHaveLength(3001);
    const lists = chain(300, (next) => ({ type: "array", items: next }));
    expect(namesIn(importAll({ ...lists, A: object({ list: ref("S0") }) }))).toHaveLength(301);
  });
});

describe("schemas that multiply", () => {
  it("by unions within allOf are merged arm by arm", () => {
    const kinds = [text, { type: "boolean" }, { type: "array", items: text }, object({ a: text })];
    const A = object({ a: { allOf: Array.from({ length: 40 }, () => ({ anyOf: kinds })) } });
    expect(mistakesOf({ A })).toEqual([]);
  });

  it("by a thousand objects without a tag become one message", () => {
    const arms = Array.from({ length: 1500 }, (_, index) => object({ [`p${index}`]: text }));
    expect(namesIn(importAll({ A: { oneOf: arms } }))).toEqual(["A"]);
  });

  it("by a thousand objects with a tag become a thousand messages", () => {
    const arms = Array.from({ length: 1500 }, (_, index) => ({
      ...object({ kind: { const: `k${index}` }, [`p${index}`]: text }),
      required: ["kind"],
    }));
    expect(namesIn(importAll({ A: { oneOf: arms } }))).toHaveLength(1501);
  });

  it("by unions of unions of constants are still told apart", () => {
    const levels = Array.from({ length: 8 }, (_, index) => [
      `Kind${index}`,
      { anyOf: Array.from({ length: 50 }, () => ref(`Kind${index + 1}`)) },
    ]);
    const schemas = {
      A: { oneOf: [ref("B"), ref("C")] },
      B: { ...object({ kind: ref("Kind0"), b: text }), required: ["kind"] },
      C: { ...object({ kind: { const: "c" }, c: text }), required: ["kind"] },
      ...Object.fromEntries(levels),
      Kind8: { type: "string", enum: ["b1", "b2"] },
    };
    expect(namesIn(importAll(schemas))).toEqual(expect.arrayContaining(["A", "B", "C"]));
  });

  it("by equal names get different ones", () => {
    const element = (index: number): object => ({
      oneOf: [object({ [`x${index}`]: text }), { type: "array", items: text }],
    });
    const members = Array.from({ length: 500 }, (_, index) => [`p${index}`, element(index)]);
    const names = namesIn(importAll({ A: object(Object.fromEntries(members)) }));
    expect(new Set(names).size).toBe(names.length);
  });
});
