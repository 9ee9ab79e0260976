import type { DocumentCase } from "../case.js";

const choice = `"object":"choice","id":"c","type":"flag","flag":true`;
const choiceMessage = { id: "c", flag: true };

/** Cases for tagged unions whose tag is optional. */
export const optionalUnionCases: readonly DocumentCase[] = [
  {
    name: "absent as a whole",
    schema: "Choice",
    json: `{${choice}}`,
    message: choiceMessage,
  },
  {
    name: "tag and payload",
    schema: "Choice",
    json: `{${choice},"mood":"sad","sad":{"kind":"part"}}`,
    message: { ...choiceMessage, sad: {} },
  },
  {
    name: "the tag is absent, the payload is there",
    schema: "Choice",
    json: `{${choice},"happy":"y"}`,
    message: { ...choiceMessage, happy: "y", jsonResidue: { members: { mood: "" } } },
  },
  {
    name: "the tag is absent, the payload is null",
    schema: "Choice",
    json: `{${choice},"sad":null}`,
    message: {
      ...choiceMessage,
      sad: {},
      jsonResidue: { members: { mood: "" }, nullFields: [12] },
    },
  },
  {
    name: "the tag is absent, two payloads are there",
    schema: "Choice",
    json: `{${choice},"sad":null,"happy":"y"}`,
    message: { ...choiceMessage, jsonResidue: { members: { sad: "null", happy: `"y"` } } },
    violations: [
      ["unknown_member", "/sad", "Choice.sad"],
      ["unknown_member", "/happy", "Choice.happy"],
    ],
  },
  {
    name: "the tag is absent, the payload is of another type",
    schema: "Choice",
    json: `{${choice},"happy":false}`,
    message: { ...choiceMessage, jsonResidue: { members: { happy: "false" } } },
    violations: [["wrong_type", "/happy", "Choice.happy"]],
  },
  {
    name: "the tag is null",
    schema: "Choice",
    json: `{${choice},"mood":null}`,
    message: { ...choiceMessage, jsonResidue: { members: { mood: "null" } } },
    violations: [["wrong_type", "/mood", "Choice.mood"]],
  },
  {
    name: "an optional payload is absent",
    schema: "Choice",
    json: `{${choice},"mood":"sad"}`,
    message: { ...choiceMessage, sad: {}, jsonResidue: { absentFields: [12] } },
  },
  {
    name: "a required payload is absent",
    schema: "Choice",
    json: `{${choice},"mood":"happy"}`,
    message: { ...choiceMessage, happy: "", jsonResidue: { absentFields: [11] } },
    violations: [["missing_member", "/happy", "Choice.happy"]],
  },
  {
    name: "a tag that names no arm",
    schema: "Choice",
    json: `{${choice},"mood":"mixed"}`,
    message: { ...choiceMessage, jsonResidue: { members: { mood: `"mixed"` } } },
    violations: [["unknown_variant", "/mood", "Choice.mood"]],
  },
];
