import { parseOpenAI } from "@stepwire/openai-json";
import { compileSchemas } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import type { Growth } from "./measure.js";
import { list } from "./shapes.js";

const utf8 = new TextEncoder();
const bounds = { mode: "archive", maxBytes: Number.MAX_SAFE_INTEGER } as const;
const schema = compileSchemas()("Catalog");

/** Number of nested lists, limited by the depth of nested messages. */
const LEVELS = 30;

const choice = `{"object":"choice","id":"c","type":"flag","flag":true}`;

/** Puts a list in lists, each of which has the members that select its arm at the end. */
function nest(catalog: string): string {
  let text = catalog;
  for (let level = 0; level < LEVELS; level++) {
    text = `{"data":[{"catalog":${text},"object":"shelf"}],"object":"list"}`;
  }
  return text;
}

/**
 * Texts of an inline union whose arms have the same constant, by the part that the reader skips to find
 * the arm.
 */
const inlineShapes: Readonly<Record<string, (size: number) => string>> = {
  "lists within each other, their constants last": (size) =>
    nest(`{"data":[${list(size, () => choice)}],"object":"list"}`),
  "duplicates of the constant of a list": (size) =>
    `{${list(size, () => '"object":"list"')},"data":[{"object":"box"}]}`,
  "members before the first element's constant": (size) =>
    `{"object":"list","data":[{${list(size, (index) => `"m${index}":0`)},"object":"choice"}]}`,
  "elements of a list of unknown objects": (size) =>
    `{"object":"list","data":[${list(size, () => `{"object":"box"}`)}]}`,
};

/** Reading of inline unions whose arm is found by looking ahead. */
export const inlineGrowth: readonly Growth[] = Object.entries(inlineShapes).flatMap(
  ([shape, text]): Growth[] => [
    {
      of: ["@stepwire/transcode:createTranscoder"],
      shape,
      ...(shape.includes("members") && { least: 1200 }),
      prepare: (size) => {
        const json = utf8.encode(text(size));
        const transcoder = createTranscoder(schema, bounds);
        return () => transcoder.toBinary(json);
      },
    },
    {
      of: ["@stepwire/openai-json:parseOpenAI"],
      shape,
      ...(shape.includes("members") && { least: 1200 }),
      prepare: (size) => {
        const json = text(size);
        return () => parseOpenAI(schema, json, bounds);
      },
    },
  ],
);
