import type { DocumentCase, MessageCase } from "../case.js";

const part = `{"kind":"part"}`;

/** Cases for tagged unions of which several arms have one member, or an arm has none. */
export const sharedPayloadCases: readonly DocumentCase[] = [
  {
    name: "the tag selects the first of two arms with one member",
    schema: "Move",
    json: `{"type":"part","the_part":${part},"last":"l"}`,
    message: { part: {}, last: "l" },
    output: `{"type":"part","the_part":${part},"last":"l"}`,
  },
  {
    name: "the tag selects the second",
    schema: "Move",
    json: `{"type":"spare","the_part":${part},"last":"l"}`,
    message: { spare: {}, last: "l" },
    output: `{"type":"spare","the_part":${part},"last":"l"}`,
  },
  {
    name: "the tag of the second comes after the payload",
    schema: "Move",
    json: `{"last":"l","the_part":${part},"type":"spare"}`,
    message: { spare: {}, last: "l" },
    output: `{"type":"spare","the_part":${part},"last":"l"}`,
  },
  {
    name: "without a tag, it is the first",
    schema: "Move",
    json: `{"the_part":${part}}`,
    message: { part: {}, jsonResidue: { members: { type: "" } } },
    violations: [["missing_member", "/type", "Move.move"]],
  },
  {
    name: "with a tag that names no arm, it is the first",
    schema: "Move",
    json: `{"type":"wheel","the_part":${part}}`,
    message: { part: {}, jsonResidue: { members: { type: `"wheel"` } } },
    violations: [
      [
        "unknown_variant",
        "/type",
        "Move.move",
        { expected: `one of "part", "logs", "spare", "rest"` },
      ],
    ],
  },
  {
    name: "with the tag of another arm, it is the first",
    schema: "Move",
    json: `{"type":"logs","the_part":${part}}`,
    message: { part: {}, jsonResidue: { members: { type: `"logs"` } } },
    violations: [["tag_mismatch", "/type", "Move.move"]],
  },
  {
    name: "the tag of the second arm, and the payload of another",
    schema: "Move",
    json: `{"type":"spare","logs":"x"}`,
    message: { logs: "x", jsonResidue: { members: { type: `"spare"` } } },
    violations: [["tag_mismatch", "/type", "Move.move"]],
  },
  {
    name: "the payload of the second arm, and that of another",
    schema: "Move",
    json: `{"logs":"x","type":"spare","the_part":${part}}`,
    message: { spare: {}, jsonResidue: { members: { logs: `"x"` } } },
    violations: [["unknown_member", "/logs", "Move.logs"]],
  },
  {
    name: "both payloads without a tag",
    schema: "Move",
    json: `{"logs":"x","the_part":${part}}`,
    message: { jsonResidue: { members: { type: "", logs: `"x"`, the_part: part } } },
    violations: [
      ["missing_member", "/type", "Move.move"],
      ["unknown_member", "/logs", "Move.logs"],
      ["unknown_member", "/the_part", "Move.part"],
    ],
  },
  {
    name: "the payload of the second arm is absent",
    schema: "Move",
    json: `{"type":"spare"}`,
    message: { spare: {}, jsonResidue: { absentFields: [3] } },
    violations: [["missing_member", "/the_part", "Move.spare"]],
  },
  {
    name: "the payload of the second arm is null",
    schema: "Move",
    json: `{"type":"spare","the_part":null}`,
    message: { spare: {}, jsonResidue: { nullFields: [3] } },
    violations: [["wrong_type", "/the_part", "Move.spare"]],
  },
  {
    name: "the payload of the second arm has another type",
    schema: "Move",
    json: `{"type":"spare","the_part":[]}`,
    message: { jsonResidue: { members: { type: `"spare"`, the_part: "[]" } } },
    violations: [["wrong_type", "/the_part", "Part"]],
  },
  {
    name: "an arm without a payload",
    schema: "Move",
    json: `{"type":"rest","last":"l"}`,
    message: { rest: null, last: "l" },
    output: `{"type":"rest","last":"l"}`,
  },
  {
    name: "an arm without a payload, whose tag comes last",
    schema: "Move",
    json: `{"last":"l","type":"rest"}`,
    message: { rest: null, last: "l" },
  },
  {
    name: "a member with the name of an arm without a payload",
    schema: "Move",
    json: `{"rest":{"a":1},"type":"rest"}`,
    message: { rest: null, jsonResidue: { members: { rest: `{"a":1}` } } },
    violations: [["unknown_member", "/rest", "Move"]],
  },
  {
    name: "an arm without a payload, and the payload of another arm",
    schema: "Move",
    json: `{"type":"rest","logs":"x"}`,
    message: { rest: null, jsonResidue: { members: { logs: `"x"` } } },
    violations: [["unknown_member", "/logs", "Move.logs"]],
  },
  {
    name: "the payload of another arm before the tag of an arm without a payload",
    schema: "Move",
    json: `{"the_part":${part},"type":"rest"}`,
    message: { rest: null, jsonResidue: { members: { the_part: part } } },
    violations: [["unknown_member", "/the_part", "Move.part"]],
  },
  {
    name: "an optional tag without payloads",
    schema: "Move",
    json: `{"mood":"calm","type":"rest"}`,
    message: { rest: null, calm: null },
    output: `{"type":"rest","mood":"calm"}`,
  },
  {
    name: "an optional tag of the second of two arms",
    schema: "Move",
    json: `{"type":"rest","mood":"sad","level":7}`,
    message: { rest: null, sad: "7" },
    output: `{"type":"rest","mood":"sad","level":7}`,
  },
  {
    name: "an optional tag is absent, and it is the first of two arms",
    schema: "Move",
    json: `{"type":"rest","level":7}`,
    message: { rest: null, happy: "7", jsonResidue: { members: { mood: "" } } },
  },
  {
    name: "the payload of the second arm is absent or null where it may be",
    schema: "Move",
    json: `{"type":"rest","mood":"sad","level":null}`,
    message: { rest: null, sad: "0", jsonResidue: { nullFields: [19] } },
  },
  {
    name: "both tags are absent",
    schema: "Move",
    json: `{"last":"l"}`,
    message: { last: "l", jsonResidue: { members: { type: "" } } },
    violations: [["missing_member", "/type", "Move.move"]],
  },
];

/** Cases for messages with such arms. */
export const sharedPayloadMessageCases: readonly MessageCase[] = [
  {
    name: "the first of two arms with one member",
    schema: "Move",
    message: { part: {}, last: "l" },
    json: `{"type":"part","the_part":${part},"last":"l"}`,
  },
  {
    name: "the second",
    schema: "Move",
    message: { spare: {}, last: "l" },
    json: `{"type":"spare","the_part":${part},"last":"l"}`,
  },
  {
    name: "an arm without a payload",
    schema: "Move",
    message: { rest: null, last: "l" },
    json: `{"type":"rest","last":"l"}`,
  },
  {
    name: "two arms without a payload",
    schema: "Move",
    message: { rest: null, calm: null },
    json: `{"type":"rest","mood":"calm"}`,
  },
  {
    name: "an arm without a payload whose number is not zero",
    schema: "Move",
    message: [
      { field: 4, varint: 1 },
      { field: 5, text: "l" },
    ],
    json: `{"type":"rest","last":"l"}`,
  },
  {
    name: "the residue names an arm without a payload",
    schema: "Move",
    message: { rest: null, jsonResidue: { absentFields: [4], nullFields: [17] } },
    json: `{"type":"rest"}`,
  },
  {
    name: "the residue names the other arm with the same member",
    schema: "Move",
    message: { spare: {}, jsonResidue: { absentFields: [1] } },
    json: `{"type":"spare","the_part":${part}}`,
  },
  {
    name: "the residue has the member that two arms share",
    schema: "Move",
    message: { rest: null, jsonResidue: { members: { the_part: "1" } } },
    json: `{"type":"rest","the_part":1}`,
  },
  {
    name: "an arm that another arm replaces",
    schema: "Move",
    message: [
      { field: 1, text: "" },
      { field: 4, varint: 0 },
    ],
    json: `{"type":"rest"}`,
  },
];
