import type { DocumentCase } from "../case.js";

/** Cases for the order of violations: all are reported, in the order of the document. */
export const orderCases: readonly DocumentCase[] = [
  {
    name: "what is absent stands at the start of its object",
    schema: "Thing",
    json: `{"x":1,"choices":[{"y":2},{"object":"choice","z":3}]}`,
    message: {
      choices: [
        { jsonResidue: { members: { y: "2", object: "", type: "" }, absentFields: [1] } },
        { jsonResidue: { members: { z: "3", type: "" }, absentFields: [1] } },
      ],
      jsonResidue: {
        members: { x: "1", version: "", object: "" },
        absentFields: [1, 3, 4, 6, 8, 9, 10, 12, 13],
      },
    },
    violations: [
      ["missing_member", "/version", "Thing", { offset: 0 }],
      ["missing_member", "/id", "Thing.id", { offset: 0 }],
      ["missing_member", "/object", "Thing", { offset: 0 }],
      ["missing_member", "/color", "Thing.color", { offset: 0 }],
      ["missing_member", "/part", "Thing.part", { offset: 0 }],
      ["missing_member", "/flag", "Thing.flag", { offset: 0 }],
      ["missing_member", "/score", "Thing.score", { offset: 0 }],
      ["unknown_member", "/x", "Thing", { offset: 5 }],
      ["missing_member", "/choices/0/object", "Choice", { offset: 18 }],
      ["missing_member", "/choices/0/id", "Choice.id", { offset: 18 }],
      ["missing_member", "/choices/0/type", "Choice.choice", { offset: 18 }],
      ["unknown_member", "/choices/0/y", "Choice", { offset: 23 }],
      ["missing_member", "/choices/1/id", "Choice.id", { offset: 26 }],
      ["missing_member", "/choices/1/type", "Choice.choice", { offset: 26 }],
      ["unknown_member", "/choices/1/z", "Choice", { offset: 49 }],
    ],
  },
  {
    name: "offsets are in bytes",
    schema: "Part",
    json: `{"é":"😀","kind":"日本","x":1}`,
    message: { jsonResidue: { members: { é: `"😀"`, kind: `"日本"`, x: "1" } } },
    violations: [
      ["unknown_member", "/é", "Part", { offset: 6 }],
      ["unknown_value", "/kind", "Part", { offset: 20, found: `"日本"` }],
      ["unknown_member", "/x", "Part", { offset: 33 }],
    ],
  },
  {
    name: "members of unions stand among the others",
    schema: "Choice",
    json: `{"last":1,"mood":2,"id":3,"type":"logs","x":4,"logs":5,"happy":6,"object":7}`,
    message: {
      jsonResidue: {
        members: {
          last: "1",
          mood: "2",
          id: "3",
          type: `"logs"`,
          x: "4",
          logs: "5",
          happy: "6",
          object: "7",
        },
      },
    },
    violations: [
      ["wrong_type", "/last", "Choice.last"],
      ["wrong_type", "/mood", "Choice.mood"],
      ["wrong_type", "/id", "Choice.id"],
      ["unknown_member", "/x", "Choice"],
      ["wrong_type", "/logs", "Choice.logs"],
      ["wrong_type", "/happy", "Choice.happy"],
      ["wrong_type", "/object", "Choice"],
    ],
  },
  {
    name: "what was found is cut short",
    schema: "Part",
    json: `{"kind":"${"k".repeat(100)}","x":"😀${"é".repeat(60)}","y":1${"0".repeat(100)},"z":[1,2,[3]]}`,
    violations: [
      ["unknown_value", "/kind", "Part", { found: `"${"k".repeat(40)}" and 60 characters more` }],
      ["unknown_member", "/x", "Part", { found: `"😀${"é".repeat(38)}" and 22 characters more` }],
      ["unknown_member", "/y", "Part", { found: `1${"0".repeat(39)}…` }],
      ["unknown_member", "/z", "Part", { found: "an array of 3" }],
    ],
  },
];
