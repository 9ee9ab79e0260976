import type { DocumentCase } from "../case.js";

const choice = `{"object":"choice","id":"c","type":"flag","flag":true}`;
const choiceMessage = { id: "c", flag: true };
const shelf = (catalog: string): string =>
  `{"object":"list","data":[{"object":"shelf","catalog":${catalog}}]}`;
const lists = `"list" of "thing", "list" of "choice", "list" of "list", "list" of "shelf"`;
const expected = `one of "thing", ${lists}`;
const closedLists = `one of "list" of "choice", "list" of "thing"`;

/**
 * Cases for arms of an inline union with the same constant or the same tag: lists, and events of
 * several unions.
 */
export const inlineListCases: readonly DocumentCase[] = [
  {
    name: "the constant of the first element picks the list",
    schema: "Catalog",
    json: `{"object":"list","data":[${choice},${choice}]}`,
    message: { choices: { data: [choiceMessage, choiceMessage] } },
    output: `{"object":"list","data":[${choice},${choice}]}`,
  },
  {
    name: "the list comes before the constant, in the element too",
    schema: "Catalog",
    json: `{"data":[{"id":"c","type":"flag","flag":true,"object":"choice"}],"object":"list"}`,
    message: { choices: { data: [choiceMessage] } },
  },
  {
    name: "names and constants with escapes and white space",
    schema: "Catalog",
    json: String.raw` { "\u006fbject" : "l\u0069st" , "d\u0061ta" : [ { "\u006fbject" : "\u0063hoice" , "id" : "c" , "type" : "flag" , "flag" : true } ] } `,
    message: { choices: { data: [choiceMessage] } },
  },
  {
    name: "an empty list is the first arm with the constant",
    schema: "Catalog",
    json: `{"object":"list","data":[ ],"has_more":false}`,
    message: { things: {} },
  },
  {
    name: "an absent list is the first arm with the constant",
    schema: "ClosedCatalog",
    json: `{"object":"list"}`,
    message: { choices: {} },
  },
  {
    name: "an absent list that is required is missing in the first arm with the constant",
    schema: "Catalog",
    json: `{"object":"list","has_more":true}`,
    message: { things: { hasMore: true, jsonResidue: { absentFields: [1] } } },
    violations: [["missing_member", "/data", "ThingList.things"]],
  },
  {
    name: "a list that is null is the first arm with the constant",
    schema: "ClosedCatalog",
    json: `{"object":"list","data":null}`,
    message: { choices: { jsonResidue: { nullFields: [1] } } },
  },
  {
    name: "a list of another JSON type is the first arm with the constant",
    schema: "ClosedCatalog",
    json: `{"object":"list","data":${choice}}`,
    message: { choices: { jsonResidue: { members: { data: choice } } } },
    violations: [["wrong_type", "/data", "ChoiceList.data"]],
  },
  {
    name: "only the first element decides",
    schema: "Catalog",
    json: `{"object":"list","data":[${choice},{"object":"thing"}]}`,
    message: {
      choices: {
        data: [
          choiceMessage,
          { jsonResidue: { members: { object: `"thing"`, type: "" }, absentFields: [1] } },
        ],
      },
    },
    violations: [
      ["missing_member", "/data/1/id", "Choice.id"],
      ["missing_member", "/data/1/type", "Choice.choice"],
      ["unknown_value", "/data/1/object", "Choice"],
    ],
  },
  {
    name: "the first element does not fit the list that it picks",
    schema: "Catalog",
    json: `{"object":"list","data":[${choice},7]}`,
    message: { choices: { jsonResidue: { members: { data: `[${choice},7]` } } } },
    violations: [["wrong_type", "/data/1", "Choice"]],
  },
  {
    name: "a list of lists",
    schema: "Catalog",
    json: `{"object":"list","data":[{"object":"list","data":[${choice}]}]}`,
    message: { lists: { data: [{ data: [choiceMessage] }] } },
  },
  {
    name: "lists within each other",
    schema: "Catalog",
    json: shelf(shelf(`{"data":[${choice}],"object":"list"}`)),
    message: {
      shelves: {
        data: [
          {
            catalog: {
              shelves: { data: [{ catalog: { choices: { data: [choiceMessage] } } }] },
            },
          },
        ],
      },
    },
  },
  {
    name: "an element with an unknown constant: the whole object verbatim",
    schema: "Catalog",
    json: `{"object":"list","data":[{"object":"box","n":1.0}]}`,
    message: { other: `{"object":"list","data":[{"object":"box","n":1.0}]}` },
    violations: [
      [
        "unknown_variant",
        "/object",
        "Catalog.catalog",
        { expected, found: `"list" of "box"`, offset: 10 },
      ],
    ],
  },
  {
    name: "an element without a constant",
    schema: "Catalog",
    json: `{"object":"list","data":[{"id":"c"}]}`,
    message: { other: `{"object":"list","data":[{"id":"c"}]}` },
    violations: [
      ["unknown_variant", "/object", "Catalog.catalog", { found: `"list" of an object` }],
    ],
  },
  {
    name: "an element whose constant is no string",
    schema: "Catalog",
    json: `{"object":"list","data":[{"object":1}]}`,
    message: { other: `{"object":"list","data":[{"object":1}]}` },
    violations: [["unknown_variant", "/object", "Catalog.catalog", { found: `"list" of 1` }]],
  },
  {
    name: "an element whose constant has a lone surrogate",
    schema: "Catalog",
    json: String.raw`{"object":"list","data":[{"object":"choice\ud800"}]}`,
    message: { other: String.raw`{"object":"list","data":[{"object":"choice\ud800"}]}` },
    violations: [["unknown_variant", "/object", "Catalog.catalog"]],
  },
  ...["1", "null", `"choice"`, `[${choice}]`].map(
    (element): DocumentCase => ({
      name: `an element that is no object: ${element.slice(0, 8)}`,
      schema: "Catalog",
      json: `{"object":"list","data":[${element}]}`,
      message: { other: `{"object":"list","data":[${element}]}` },
      violations: [["unknown_variant", "/object", "Catalog.catalog"]],
    }),
  ),
  {
    name: "a list of unknown elements with the tag of events",
    schema: "Catalog",
    json: `{"object":"list","data":[{"object":"box"}],"event":"rows"}`,
    message: {
      event: {
        jsonResidue: {
          members: { object: `"list"`, event: `"rows"`, data: `[{"object":"box"}]` },
        },
      },
    },
    violations: [
      ["unknown_member", "/object", "OpenEvent"],
      ["wrong_type", "/data/0", "Row.cells"],
    ],
  },
  {
    name: "without an arm for all else: every mode refuses a list of unknown elements",
    schema: "ClosedCatalog",
    json: `{"object":"list","data":[{"object":"box"}]}`,
    violations: [
      [
        "unknown_variant",
        "/object",
        "ClosedCatalog.catalog",
        { expected: closedLists, found: `"list" of "box"`, offset: 10, always: true },
      ],
    ],
  },
  {
    name: "events: the first union that knows the tag",
    schema: "Catalog",
    json: `{"event":"done","data":"x"}`,
    message: { closedEvent: { done: "x" } },
  },
  {
    name: "events: the second union knows the tag",
    schema: "Catalog",
    json: String.raw`{"data":2,"\u0065vent":"lev\u0065l"}`,
    message: {
      event: { jsonResidue: { members: { event: String.raw`"lev\u0065l"`, data: "2" } } },
    },
    violations: [["wrong_type", "/data", "OpenEvent.level"]],
  },
  {
    name: "events: no union knows the tag: the first one with an arm for all others",
    schema: "Catalog",
    json: `{"event":"","data":[1.0]}`,
    message: { event: { other: { data: "[1.0]" } } },
    violations: [["unknown_variant", "/event", "OpenEvent.event"]],
  },
  {
    name: "events: the tag is no string: the first one with an arm for all others",
    schema: "Catalog",
    json: `{"event":3}`,
    message: { event: { jsonResidue: { members: { event: "3" } } } },
    violations: [["wrong_type", "/event", "OpenEvent.event"]],
  },
  {
    name: "events: the tag has a lone surrogate",
    schema: "Catalog",
    json: String.raw`{"event":"done\udfff"}`,
    message: { event: { jsonResidue: { members: { event: String.raw`"done\udfff"` } } } },
    violations: [["unknown_variant", "/event", "OpenEvent.event"]],
  },
  {
    name: "events: the empty tag is a value",
    schema: "ClosedCatalog",
    json: `{"event":"","data":"x"}`,
    message: { unnamedEvent: { unnamed: "x" } },
    output: `{"event":"","data":"x"}`,
  },
  {
    name: "events: without an arm for all others, the first union",
    schema: "ClosedCatalog",
    json: `{"event":"box","data":"x"}`,
    message: { event: { jsonResidue: { members: { event: `"box"`, data: `"x"` } } } },
    violations: [
      ["unknown_variant", "/event", "ClosedEvent.event"],
      ["unknown_member", "/data", "ClosedEvent.event"],
    ],
  },
  {
    name: "events: the content alone is no event",
    schema: "ClosedCatalog",
    json: `{"data":"x"}`,
    violations: [["unknown_variant", "/object", "ClosedCatalog.catalog", { always: true }]],
  },
  {
    name: "the tag is that of an adjacent union too: a constant",
    schema: "Signal",
    json: `{"event":"ping","interval":1.5}`,
    message: { ping: { interval: 1.5 } },
  },
  {
    name: "the tag is that of an adjacent union too: no constant",
    schema: "Signal",
    json: `{"event":"done","data":"x"}`,
    message: { event: { done: "x" } },
  },
];
