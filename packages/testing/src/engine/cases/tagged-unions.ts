import type { DocumentCase } from "../case.js";

const choice = `"object":"choice","id":"c"`;

/** Cases for tagged unions: which arm is selected, and what is kept of the tag. */
export const taggedUnionCases: readonly DocumentCase[] = [
  {
    name: "the tag before the payload",
    schema: "Choice",
    json: `{${choice},"type":"logs","logs":"x"}`,
    message: { id: "c", logs: "x" },
    output: `{${choice},"type":"logs","logs":"x"}`,
  },
  {
    name: "the payload before the tag, with other members between",
    schema: "Choice",
    json: `{"logs":"x","last":"l",${choice},"type":"logs"}`,
    message: { id: "c", logs: "x", last: "l" },
    output: `{${choice},"type":"logs","logs":"x","last":"l"}`,
  },
  {
    name: "a tag with escapes",
    schema: "Choice",
    json: String.raw`{${choice},"type":"\u006cogs","l\u006fgs":"x"}`,
    message: { id: "c", logs: "x" },
    output: `{${choice},"type":"logs","logs":"x"}`,
  },
  {
    name: "a tag value that is not the name of the payload's member",
    schema: "Choice",
    json: `{${choice},"the_part":{"kind":"part"},"type":"a.part"}`,
    message: { id: "c", part: {} },
  },
  {
    name: "the name of the arm's field is no tag value where the option gives one",
    schema: "Choice",
    json: `{${choice},"the_part":{"kind":"part"},"type":"part"}`,
    message: { id: "c", part: {}, jsonResidue: { members: { type: `"part"` } } },
    violations: [
      [
        "unknown_variant",
        "/type",
        "Choice.choice",
        {
          expected: `one of "logs", "a.part", "rows", "color", "score", "count", "flag", "value", "again", "optional_value", "text", "nullable_text"`,
          found: `"part"`,
        },
      ],
    ],
  },
  {
    name: "the tag is absent, and one payload is there",
    schema: "Choice",
    json: `{${choice},"logs":"x"}`,
    message: { id: "c", logs: "x", jsonResidue: { members: { type: "" } } },
    violations: [
      ["missing_member", "/type", "Choice.choice", { expected: "the tag", found: "nothing" }],
    ],
  },
  {
    name: "the tag is absent, and so is every payload",
    schema: "Choice",
    json: `{${choice}}`,
    message: { id: "c", jsonResidue: { members: { type: "" } } },
    violations: [["missing_member", "/type", "Choice.choice", { offset: 0 }]],
  },
  {
    name: "the tag is absent, and two payloads are there",
    schema: "Choice",
    json: `{${choice},"logs":"x","flag":true}`,
    message: {
      id: "c",
      jsonResidue: { members: { type: "", logs: `"x"`, flag: "true" } },
    },
    violations: [
      ["missing_member", "/type", "Choice.choice"],
      ["unknown_member", "/logs", "Choice.logs"],
      ["unknown_member", "/flag", "Choice.flag"],
    ],
  },
  {
    name: "the tag is null",
    schema: "Choice",
    json: `{${choice},"type":null,"logs":"x"}`,
    message: { id: "c", logs: "x", jsonResidue: { members: { type: "null" } } },
    violations: [["wrong_type", "/type", "Choice.choice", { found: "null" }]],
  },
  {
    name: "the tag is no string, and no payload is there",
    schema: "Choice",
    json: `{${choice},"type":[ 1.0 ]}`,
    message: { id: "c", jsonResidue: { members: { type: "[1.0]" } } },
    violations: [["wrong_type", "/type", "Choice.choice", { found: "an array of 1" }]],
  },
  {
    name: "the tag names no arm, and its payload is a stranger",
    schema: "Choice",
    json: `{${choice},"type":"bing","bing":{"q":1e2}}`,
    message: { id: "c", jsonResidue: { members: { type: `"bing"`, bing: `{"q":1e2}` } } },
    violations: [
      ["unknown_variant", "/type", "Choice.choice"],
      ["unknown_member", "/bing", "Choice"],
    ],
  },
  {
    name: "the tag names no arm, and a known payload is there",
    schema: "Choice",
    json: `{${choice},"type":"bing","logs":"x"}`,
    message: { id: "c", logs: "x", jsonResidue: { members: { type: `"bing"` } } },
    violations: [["unknown_variant", "/type", "Choice.choice"]],
  },
  {
    name: "the tag is the empty string",
    schema: "Choice",
    json: `{${choice},"type":""}`,
    message: { id: "c", jsonResidue: { members: { type: `""` } } },
    violations: [["unknown_variant", "/type", "Choice.choice", { found: `""` }]],
  },
  {
    name: "the tag has a lone surrogate",
    schema: "Choice",
    json: String.raw`{${choice},"type":"logs\udfff","logs":"x"}`,
    message: {
      id: "c",
      logs: "x",
      jsonResidue: { members: { type: String.raw`"logs\udfff"` } },
    },
    violations: [["unknown_variant", "/type", "Choice.choice"]],
  },
  {
    name: "the tag names another arm than the payload that is there",
    schema: "Choice",
    json: `{${choice},"type":"flag","logs":"x"}`,
    message: { id: "c", logs: "x", jsonResidue: { members: { type: `"flag"` } } },
    violations: [
      [
        "tag_mismatch",
        "/type",
        "Choice.choice",
        { expected: "the tag of the payload that is there", found: `"flag"` },
      ],
    ],
  },
  {
    name: "the tag names another arm than the payload that is there as null",
    schema: "Choice",
    json: `{${choice},"the_part":null,"type":"flag"}`,
    message: { id: "c", part: {}, jsonResidue: { members: { type: `"flag"` }, nullFields: [3] } },
    violations: [["tag_mismatch", "/type", "Choice.choice"]],
  },
  {
    name: "two payloads: that of the tag is picked, the other is unknown",
    schema: "Choice",
    json: `{${choice},"logs":"x","type":"flag","flag":false}`,
    message: { id: "c", flag: false, jsonResidue: { members: { logs: `"x"` } } },
    violations: [["unknown_member", "/logs", "Choice.logs", { offset: 35 }]],
  },
  {
    name: "two payloads: that of the tag is picked even if it is null",
    schema: "Choice",
    json: `{${choice},"logs":"x","type":"a.part","the_part":null}`,
    message: {
      id: "c",
      part: {},
      jsonResidue: { members: { logs: `"x"` }, nullFields: [3] },
    },
    violations: [["unknown_member", "/logs", "Choice.logs"]],
  },
  {
    name: "two payloads, neither of the tag: none is picked",
    schema: "Choice",
    json: `{${choice},"logs":"x","type":"count","flag":false}`,
    message: {
      id: "c",
      jsonResidue: { members: { type: `"count"`, logs: `"x"`, flag: "false" } },
    },
    violations: [
      ["unknown_member", "/logs", "Choice.logs"],
      ["tag_mismatch", "/type", "Choice.choice"],
      ["unknown_member", "/flag", "Choice.flag"],
    ],
  },
  {
    name: "every payload at once",
    schema: "Choice",
    json: `{${choice},"type":"value","logs":1,"the_part":2,"rows":3,"color":4,"score":5,"count":6,"flag":7,"value":8,"again":9}`,
    message: {
      id: "c",
      value: 8,
      jsonResidue: {
        members: {
          logs: "1",
          the_part: "2",
          rows: "3",
          color: "4",
          score: "5",
          count: "6",
          flag: "7",
          again: "9",
        },
      },
    },
    violations: [
      ["unknown_member", "/logs", "Choice.logs"],
      ["unknown_member", "/the_part", "Choice.part"],
      ["unknown_member", "/rows", "Choice.rows"],
      ["unknown_member", "/color", "Choice.color"],
      ["unknown_member", "/score", "Choice.score"],
      ["unknown_member", "/count", "Choice.count"],
      ["unknown_member", "/flag", "Choice.flag"],
      ["unknown_member", "/again", "Choice.again"],
    ],
  },
  {
    name: "a union within a union's payload",
    schema: "Choice",
    json: `{${choice},"type":"again","again":{${choice},"type":"again","again":{${choice},"type":"bing","logs":"x"}}}`,
    message: {
      id: "c",
      again: {
        id: "c",
        again: { id: "c", logs: "x", jsonResidue: { members: { type: `"bing"` } } },
      },
    },
    violations: [["unknown_variant", "/again/again/type", "Choice.choice"]],
  },
  {
    name: "two unions in one object",
    schema: "Choice",
    json: `{${choice},"mood":"happy","type":"logs","happy":"y","logs":"x"}`,
    message: { id: "c", logs: "x", happy: "y" },
    output: `{${choice},"type":"logs","logs":"x","mood":"happy","happy":"y"}`,
  },
  {
    name: "a tag that names an arm of the other union",
    schema: "Choice",
    json: `{${choice},"mood":"logs","type":"happy","happy":"y","logs":"x"}`,
    message: {
      id: "c",
      logs: "x",
      happy: "y",
      jsonResidue: { members: { mood: `"logs"`, type: `"happy"` } },
    },
    violations: [
      ["unknown_variant", "/mood", "Choice.mood"],
      ["unknown_variant", "/type", "Choice.choice"],
    ],
  },
];
