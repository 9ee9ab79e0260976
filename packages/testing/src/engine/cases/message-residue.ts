import type { MessageCase } from "../case.js";

const choice = { id: "c", flag: true };
const choiceText = `"object":"choice","id":"c","type":"flag","flag":true`;

/** Cases for the residue of a member, and for typed fields that take precedence over it. */
export const messageResidueCases: readonly MessageCase[] = [
  {
    name: "unknown members come last, in their order",
    schema: "Choice",
    message: { ...choice, jsonResidue: { members: { y: "1", x: "2" } } },
    json: `{${choiceText},"y":1,"x":2}`,
  },
  {
    name: "members of the schema stand in its order",
    schema: "Choice",
    message: { flag: true, jsonResidue: { members: { last: "1", y: "2", id: "3" } } },
    json: `{"object":"choice","id":3,"type":"flag","flag":true,"last":1,"y":2}`,
  },
  {
    name: "text with white space is written without",
    schema: "Choice",
    message: { ...choice, jsonResidue: { members: { x: ' \t{"a b" : [ 1 ,\r\n "\\" " ] } ' } } },
    json: `{${choiceText},"x":{"a b":[1,"\\" "]}}`,
  },
  {
    name: "an unknown member of an empty text is absent",
    schema: "Choice",
    message: { ...choice, jsonResidue: { members: { x: "" } } },
    json: `{${choiceText}}`,
  },
  {
    name: "a constant and a tag of an empty text are absent",
    schema: "Choice",
    message: { ...choice, jsonResidue: { members: { object: "", type: "" } } },
    json: `{"id":"c","flag":true}`,
  },
  {
    name: "a constant and a tag of another text",
    schema: "Choice",
    message: { ...choice, jsonResidue: { members: { object: "[1]", type: `"x"` } } },
    json: `{"object":[1],"id":"c","type":"x","flag":true}`,
  },
  {
    name: "a required member of an empty text is absent",
    schema: "Choice",
    message: { flag: true, jsonResidue: { members: { id: "" } } },
    json: `{"object":"choice","type":"flag","flag":true}`,
  },
  {
    name: "a typed field that is set wins",
    schema: "Thing",
    message: {
      id: "t",
      nickName: "",
      endedAt: "0",
      color: "COLOR_RED",
      part: {},
      flag: true,
      optionalFlag: false,
      score: 1,
      jsonResidue: {
        members: {
          id: "1",
          nickName: "2",
          ended_at: "3",
          color: "4",
          part: "5",
          flag: "6",
          optional_flag: "7",
          score: "8",
        },
        nullFields: [1, 2, 3, 4, 8, 10, 11, 12],
        absentFields: [1, 2, 3, 4, 8, 10, 11, 12],
      },
    },
    json: `{"version":"v1","id":"t","object":"thing","nickName":"","ended_at":0,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":true,"optional_flag":false,"score":1,"nullable_score":null}`,
  },
  {
    name: "for an unset field, members go before null, null before absent, absent before empty",
    schema: "Lists",
    message: {
      requiredRows: {},
      jsonResidue: {
        members: { strings: `"m"`, colors: "0" },
        nullFields: [1, 2, 4],
        absentFields: [2, 3, 4, 7, 8],
        emptyFields: [1, 4, 5, 8, 10],
      },
    },
    json: `{"strings":"m","required_strings":null,"colors":0,"levels":null,"doubles":[],"parts":[],"nullable_rows":null,"required_rows":[]}`,
  },
  {
    name: "zero values of fields without presence are unset",
    schema: "Thing",
    message: {
      color: "COLOR_RED",
      part: {},
      jsonResidue: { members: { id: "1.0" }, nullFields: [10], absentFields: [12] },
    },
    json: `{"version":"v1","id":1.0,"object":"thing","ended_at":null,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":null,"nullable_score":null}`,
  },
  {
    name: "lists and maps with an element win",
    schema: "Maps",
    message: {
      values: { a: 1 },
      integers: { b: 0 },
      jsonResidue: {
        members: { values: "1", integers: "2" },
        nullFields: [1, 3],
        absentFields: [1, 2, 3],
        emptyFields: [1, 3],
      },
    },
    json: `{"values":{"a":1},"integers":{"b":0}}`,
  },
  {
    name: "a required message that the residue says to be absent, null or another thing",
    schema: "Thing",
    message: {
      id: "t",
      color: "COLOR_RED",
      flag: true,
      score: 1,
      parent: {
        id: "p",
        color: "COLOR_RED",
        flag: true,
        score: 1,
        jsonResidue: { nullFields: [8] },
      },
      jsonResidue: { absentFields: [8], members: { spare_part: "[]" } },
    },
    json: `{"version":"v1","id":"t","object":"thing","ended_at":null,"color":"red","border":null,"parent":{"version":"v1","id":"p","object":"thing","ended_at":null,"color":"red","border":null,"part":null,"spare_part":null,"flag":true,"score":1,"nullable_score":null},"spare_part":[],"flag":true,"score":1,"nullable_score":null}`,
  },
  {
    name: "an arm with an empty payload: as the residue says",
    schema: "Choice",
    message: { id: "c", logs: "", sad: {}, jsonResidue: { nullFields: [2], absentFields: [12] } },
    json: `{"object":"choice","id":"c","type":"logs","logs":null,"mood":"sad"}`,
  },
  {
    name: "an arm with a payload wins, but the tag does not",
    schema: "Choice",
    message: {
      id: "c",
      logs: "x",
      jsonResidue: { members: { type: `"flag"`, logs: "1" }, nullFields: [2], absentFields: [2] },
    },
    json: `{"object":"choice","id":"c","type":"flag","logs":"x"}`,
  },
  {
    name: "a payload that has nothing but a residue is not empty",
    schema: "Choice",
    message: {
      id: "c",
      part: { jsonResidue: { members: { kind: "" } } },
      jsonResidue: { nullFields: [3] },
    },
    json: `{"object":"choice","id":"c","type":"a.part","the_part":{}}`,
  },
  {
    name: "payloads of other arms than the one that is set",
    schema: "Choice",
    message: { ...choice, jsonResidue: { members: { logs: "1", count: "2" } } },
    json: `{"object":"choice","id":"c","type":"flag","logs":1,"count":2,"flag":true}`,
  },
  {
    name: "a union of which the residue holds tag and payload",
    schema: "OpenEvent",
    message: { jsonResidue: { members: { data: "[1]", event: "2" } } },
    json: `{"event":2,"data":[1]}`,
  },
  {
    name: "a tag of an empty text tells that a required union is absent",
    schema: "OpenEvent",
    message: { jsonResidue: { members: { event: "" } } },
    json: "{}",
  },
  {
    name: "an enum without a string, of which the residue holds the text",
    schema: "Thing",
    message: {
      id: "t",
      part: {},
      flag: true,
      score: 1,
      jsonResidue: { members: { color: `"blue"` } },
    },
    json: `{"version":"v1","id":"t","object":"thing","ended_at":null,"color":"blue","border":null,"part":{"kind":"part"},"spare_part":null,"flag":true,"score":1,"nullable_score":null}`,
  },
  {
    name: "field numbers that the schema does not have are passed over",
    schema: "Choice",
    message: {
      ...choice,
      jsonResidue: { nullFields: [0, 99, 2047], absentFields: [4294967295], emptyFields: [1000] },
    },
    json: `{${choiceText}}`,
  },
  {
    name: "an empty residue says nothing",
    schema: "Choice",
    message: { ...choice, jsonResidue: {} },
    json: `{${choiceText}}`,
  },
  {
    name: "field numbers of a list that is said to be empty and is no list are passed over",
    schema: "Choice",
    message: { ...choice, jsonResidue: { emptyFields: [1, 13] } },
    json: `{${choiceText}}`,
  },
  {
    name: "a field number twice, in null and in absent",
    schema: "Choice",
    message: { ...choice, jsonResidue: { nullFields: [13, 13], absentFields: [13] } },
    json: `{${choiceText},"last":null}`,
  },
  {
    name: "the text of a tag alone, of a union that is not set",
    schema: "Choice",
    message: { id: "c", jsonResidue: { members: { type: `"bing"`, bing: "{}" } } },
    json: `{"object":"choice","id":"c","type":"bing","bing":{}}`,
  },
];
