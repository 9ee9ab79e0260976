import type { DocumentCase } from "../case.js";

const lists = `"required_strings":[],"colors":null,"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]`;
const nullLists = `"booleans":[],"nullable_rows":null,"required_rows":[]`;
const maps = `"values":{},"parts":null`;

/**
 * Cases for members that are kept as a whole, and for nested objects that keep their own residue.
 */
export const wholeMemberCases: readonly DocumentCase[] = [
  {
    name: "a list with an element of another type",
    schema: "Lists",
    json: `{${lists},"strings":["a", 1 ,"b",null]}`,
    message: { requiredRows: {}, jsonResidue: { members: { strings: `["a",1,"b",null]` } } },
    violations: [
      ["wrong_type", "/strings/1", "Lists.strings", { expected: "a string", found: "1" }],
      ["wrong_type", "/strings/3", "Lists.strings", { found: "null" }],
    ],
  },
  {
    name: "a list with an element that cannot be held",
    schema: "Lists",
    json: `{${lists},"integers":[1,-1,1.0,18446744073709551616]}`,
    message: {
      requiredRows: {},
      jsonResidue: { members: { integers: "[1,-1,1.0,18446744073709551616]" } },
    },
    violations: [
      ["not_representable", "/integers/1", "Lists.integers"],
      ["not_representable", "/integers/3", "Lists.integers"],
    ],
  },
  {
    name: "a list with an element that cannot be held, and then one of another type",
    schema: "Lists",
    json: `{${lists},"integers":[-1,"x",{"a":[2]},-2]}`,
    message: {
      requiredRows: {},
      jsonResidue: { members: { integers: `[-1,"x",{"a":[2]},-2]` } },
    },
    violations: [
      ["not_representable", "/integers/0", "Lists.integers"],
      ["wrong_type", "/integers/1", "Lists.integers"],
      ["wrong_type", "/integers/2", "Lists.integers"],
      ["not_representable", "/integers/3", "Lists.integers"],
    ],
  },
  {
    name: "an array of arrays with a number that cannot be held, and then null",
    schema: "Lists",
    json: `{${lists},"rows":[[0.5,1],[2],[null]]}`,
    message: { requiredRows: {}, jsonResidue: { members: { rows: "[[0.5,1],[2],[null]]" } } },
    violations: [
      ["not_representable", "/rows/0/0", "Row.cells"],
      ["wrong_type", "/rows/2/0", "Row.cells"],
    ],
  },
  {
    name: "a list with a string beyond the enum",
    schema: "Lists",
    json: `{"required_strings":[],"colors":["red","blue"],"values":null,"parts":null,${nullLists}}`,
    message: {
      requiredRows: {},
      jsonResidue: { members: { colors: `["red","blue"]` } },
    },
    violations: [["unknown_value", "/colors/1", "Lists.colors"]],
  },
  {
    name: "an array of arrays with an element of another type",
    schema: "Lists",
    json: `{${lists},"rows":[[1],[],[2,[3]],{}]}`,
    message: {
      requiredRows: {},
      jsonResidue: { members: { rows: "[[1],[],[2,[3]],{}]" } },
    },
    violations: [
      ["wrong_type", "/rows/2/1", "Row.cells", { found: "an array of 1" }],
      ["wrong_type", "/rows/3", "Row.cells", { expected: "an array", found: "an object" }],
    ],
  },
  {
    name: "a list of values with one that cannot be held",
    schema: "Lists",
    json: `{"required_strings":[],"colors":null,"parts":null,${nullLists},"values":[1,{"a":[9007199254740993]}]}`,
    message: {
      requiredRows: {},
      jsonResidue: { members: { values: `[1,{"a":[9007199254740993]}]` } },
    },
    violations: [["not_representable", "/values/1/a/0", "Lists.values"]],
  },
  {
    name: "a list of objects with an element of another type",
    schema: "Lists",
    json: `{"required_strings":[],"colors":null,"values":null,${nullLists},"parts":[{"kind":"part","x":1},[],{"kind":2}]}`,
    message: {
      requiredRows: {},
      jsonResidue: { members: { parts: `[{"kind":"part","x":1},[],{"kind":2}]` } },
    },
    violations: [
      ["unknown_member", "/parts/0/x", "Part"],
      ["wrong_type", "/parts/1", "Part"],
      ["wrong_type", "/parts/2/kind", "Part"],
    ],
  },
  {
    name: "a list of objects with odd members is no odd list",
    schema: "Lists",
    json: `{"required_strings":[],"colors":null,"values":null,${nullLists},"parts":[{"kind":"part","x":1},{"kind":"part"},{"kind":"whole"}]}`,
    message: {
      parts: [
        { jsonResidue: { members: { x: "1" } } },
        {},
        { jsonResidue: { members: { kind: `"whole"` } } },
      ],
      requiredRows: {},
    },
    violations: [
      ["unknown_member", "/parts/0/x", "Part"],
      ["unknown_value", "/parts/2/kind", "Part"],
    ],
  },
  {
    name: "a map with a value of another type",
    schema: "Maps",
    json: `{${maps},"integers":{"a":1,"b":"2","c~/d":true}}`,
    message: { jsonResidue: { members: { integers: `{"a":1,"b":"2","c~/d":true}` } } },
    violations: [
      ["wrong_type", "/integers/b", "Maps.integers"],
      ["wrong_type", "/integers/c~0~1d", "Maps.integers"],
    ],
  },
  {
    name: "a map with a value that cannot be held",
    schema: "Maps",
    json: `{${maps},"integers":{"a":2147483648},"doubles":{"b":1e999}}`,
    message: {
      jsonResidue: { members: { integers: `{"a":2147483648}`, doubles: `{"b":1e999}` } },
    },
    violations: [
      ["not_representable", "/integers/a", "Maps.integers"],
      ["not_representable", "/doubles/b", "Maps.doubles"],
    ],
  },
  {
    name: "a map of values with one that cannot be held",
    schema: "Maps",
    json: String.raw`{"values":{"a":1,"b":["\ud800"]},"parts":null}`,
    message: { jsonResidue: { members: { values: String.raw`{"a":1,"b":["\ud800"]}` } } },
    violations: [["not_representable", "/values/b/0", "Maps.values"]],
  },
  {
    name: "a map of objects with odd members is no odd map",
    schema: "Maps",
    json: `{"values":{},"parts":{"a":{"kind":"part","x":[ ]},"b":{}}}`,
    message: {
      parts: {
        a: { jsonResidue: { members: { x: "[]" } } },
        b: { jsonResidue: { members: { kind: "" } } },
      },
    },
    violations: [["unknown_member", "/parts/a/x", "Part"]],
  },
  {
    name: "an object that is no odd member keeps its own oddities, however deep",
    schema: "Thing",
    json: `{"version":"v1","id":"t","object":"thing","ended_at":null,"color":"red","border":null,"part":{"kind":"part","deep":1},"spare_part":null,"flag":true,"score":1,"nullable_score":null,"maps":{"values":{},"parts":{"p":{"kind":"part","deeper":2}},"deep":3},"shallow":4}`,
    message: {
      id: "t",
      color: "COLOR_RED",
      part: { jsonResidue: { members: { deep: "1" } } },
      flag: true,
      score: 1,
      maps: {
        parts: { p: { jsonResidue: { members: { deeper: "2" } } } },
        jsonResidue: { members: { deep: "3" } },
      },
      jsonResidue: { members: { shallow: "4" } },
    },
    violations: [
      ["unknown_member", "/part/deep", "Part"],
      ["unknown_member", "/maps/parts/p/deeper", "Part"],
      ["unknown_member", "/maps/deep", "Maps"],
      ["unknown_member", "/shallow", "Thing"],
    ],
  },
];
