import { runStepObject } from "@stepwire/testing";
import type { Growth } from "./measure.js";

/** Creates an element for each number below `size`. Returns them joined by commas. */
export function list(size: number, element: (index: number) => string): string {
  return Array.from({ length: size }, (_, index) => element(index)).join(",");
}

const members = JSON.stringify(runStepObject()).slice(1, -1);

/** The text of a run step with further members. */
export function stepWith(more: string): string {
  return `{${members}${more === "" ? "" : ","}${more}}`;
}

/** The text of a run step with tool calls. */
export function stepWithCalls(calls: string): string {
  const details = `"step_details":{"type":"tool_calls","tool_calls":[${calls}]}`;
  return `{${members.replace(/"step_details":\{.*?\]\}/, () => details)}}`;
}

/** A tool call with a text, written as JSON. */
export function callWith(text: string): string {
  return `{"id":"c","type":"function","function":{"name":"f","arguments":${text},"output":null}}`;
}

/** Texts of a run step, by the part that grows with the size. */
export const stepShapes: Readonly<Record<string, (size: number) => string>> = {
  "tool calls": (size) => stepWithCalls(list(size, (index) => callWith(`"${index}"`))),
  "unknown members": (size) => stepWith(list(size, (index) => `"m${index}":${index}`)),
  "unknown elements": (size) => stepWith(`"m":[${list(size, (index) => `{"a":${index}}`)}]`),
  "entries of a map": (size) =>
    stepWith(`"metadata":{${list(size, (index) => `"m${index}":"${index}"`)}}`),
  "a long text": (size) => stepWithCalls(callWith(`"${"x".repeat(size * 10)}"`)),
  escapes: (size) => stepWithCalls(callWith(`"${"\\n\\u00e9\\ud83d\\ude42\\\\".repeat(size)}"`)),
  "unknown escapes": (size) => stepWith(`"m":"${'\\n\\u00e9\\"\\\\'.repeat(size)}"`),
  "half characters": (size) => stepWithCalls(list(size, () => callWith('"\\ud83d"'))),
  "deep members": (size) =>
    stepWith(list(size, (index) => `"m${index}":${"[".repeat(80)}${"]".repeat(80)}`)),
  digits: (size) => stepWith(`"m":${"1".repeat(size * 10)}`),
  "white space": (size) => stepWith(`"m":${" \n".repeat(size * 10)}1`),
  "wrong members": (size) => stepWithCalls(list(size, () => '{"id":1,"type":2}')),
  "duplicate members": (size) => stepWith(list(size, () => '"m":1')),
  "a long name": (size) => stepWith(`"${"x".repeat(size * 10)}":1`),
  "opening brackets": (size) => stepWith(`"m":${"[".repeat(size * 10)}`),
};

/**
 * The size of the smaller input at least, and of the larger one at most. V8 makes objects
 * of up to about a thousand members in another way than larger ones, each member of which
 * costs more; and so it does with texts of up to about 128 KiB.
 */
export function sizesOf(shape: string): Pick<Growth, "least" | "largest"> {
  if (/long (text|name)|escapes|digits|white space|backslashes|open strings/.test(shape)) {
    return { least: 15_000, largest: 150_000 };
  }
  return /^(?!deep).*(members|entries)/.test(shape) ? { least: 1200 } : {};
}
