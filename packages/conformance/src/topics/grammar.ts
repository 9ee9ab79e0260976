import { type TextCase, textTables } from "@stepwire/testing";
import type { JsonInput, Topic } from "../topic.js";
import { shorten } from "./support.js";

const encoder = new TextEncoder();

/** Places that an engine reads each in its own way. */
const places: readonly (readonly [name: string, schema: string, before: string, after: string])[] =
  [
    ["an unknown member", "RunStep", `{"x":`, "}"],
    ["a constant", "RunStep", `{"object":`, "}"],
    ["a string", "RunStep", `{"id":`, "}"],
    ["an enum", "RunStep", `{"status":`, "}"],
    ["an integer", "RunStep", `{"created_at":`, "}"],
    ["a double", "FileSearchResult", `{"score":`, "}"],
    ["a boolean", "RunStepList", `{"has_more":`, "}"],
    ["a message", "RunStep", `{"step_details":`, "}"],
    ["a list", "RunStepList", `{"data":[`, "]}"],
    ["a Value", "RunStep", `{"metadata":{"a":[`, "]}}"],
    ["a tag", "StepDetails", `{"type":`, "}"],
    ["a payload", "StepDetails", `{"type":"tool_calls","tool_calls":`, "}"],
    ["a verbatim text", "StreamEvent", `{"event":"x","data":`, "}"],
    ["any other document", "Document", `{"x":`, "}"],
  ];

/** Each snippet by itself, and in one of the places. */
function snippetInputs(cases: readonly TextCase[]): readonly JsonInput[] {
  return cases.flatMap(({ texts }, index) => {
    const snippet = String(texts["the document"]);
    const [place, schema, before, after] = places[index % places.length] ?? ["", "RunStep", "", ""];
    const name = JSON.stringify(snippet).slice(1, -1);
    return [
      { name: shorten(name), schema: "Document", json: snippet },
      { name: `${shorten(name)} as ${place}`, schema, json: `${before}${snippet}${after}` },
    ];
  });
}

/** Whole texts of the cases, every so many of them. */
function wholeInputs(cases: readonly TextCase[]): readonly JsonInput[] {
  return cases.flatMap(({ name, texts }) =>
    Object.entries(texts).map(([variant, text]) => ({
      name: `${name}: ${variant}`,
      schema: "RunStep",
      json: typeof text === "string" ? encoder.encode(text) : text,
    })),
  );
}

/** Texts and bytes that are no JSON. */
export const notJson: Topic = {
  topic: "not-json",
  about:
    "Texts that are not JSON by RFC 8259, and bytes that are not UTF-8: refused in every mode, with the offset of the first byte that cannot be. Nothing else is reported of them.",
  inputs: [
    ...snippetInputs(textTables["what is not JSON"] ?? []),
    ...wholeInputs((textTables["bytes that are no document"] ?? []).filter(isSampled)),
  ],
};

/** Bytes that are not UTF-8, in some of the nine places that the suite has. */
function isSampled({ name }: TextCase, index: number): boolean {
  return !name.includes(", ") || index % 4 === 0;
}
