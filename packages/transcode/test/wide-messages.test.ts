import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { buildProtos, registryOf } from "@stepwire/testing";
import { expect, it } from "vitest";
import { createTranscoder } from "../src/index.js";

/** More members than the sets of the kernel have bits, and more than twice as many. */
const sizes = [63, 64, 65, 66, 100, 128, 129, 140];

const messages = sizes.map((size) => {
  const fields = Array.from({ length: size }, (_, index) => `bool p${index} = ${index + 1};`);
  return `message Wide${size} {\n${fields.join("\n")}\nstepwire.json.v1.JsonResidue json_residue = 2047;\n}`;
});

const registry = registryOf(
  buildProtos({
    "acme/wide/v1/wide.proto": [
      'syntax = "proto3";',
      "package acme.wide.v1;",
      'import "stepwire/json/v1/json.proto";',
      ...messages,
    ].join("\n"),
  }),
);

it.each(sizes)(
  "a message with %i members keeps which of them are false, null or absent",
  (size) => {
    const schema = registry.getMessage(`acme.wide.v1.Wide${size}`);
    if (schema === undefined) {
      throw new TypeError(`there is no message with ${size} members`);
    }
    const transcoder = createTranscoder(schema, { mode: "archive" });
    for (let index = 0; index < size; index++) {
      for (const unset of [{}, { [`p${index}`]: null }]) {
        const members = Array.from({ length: size }, (_, other) => [`p${other}`, other % 3 === 0]);
        const document = Object.fromEntries(members.filter(([name]) => name !== `p${index}`));
        const json = JSON.stringify({ ...document, ...unset });
        const binary = transcoder.toBinary(Buffer.from(json));
        const back = Buffer.from(transcoder.toJson(binary)).toString();
        expect(JSON.parse(back)).toEqual(JSON.parse(json));
        expect(back).toBe(stringifyOpenAI(schema, parseOpenAI(schema, json, { mode: "archive" })));
      }
    }
    expect(transcoder.fallbacks).toBe(0);
  },
);
