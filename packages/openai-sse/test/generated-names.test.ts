import { fromBinary } from "@bufbuild/protobuf";
import { compareJson } from "@stepwire/json";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { buildSchemas, printedSeed, Random } from "@stepwire/testing";
import { expect, it } from "vitest";
import { encodeEventFromBinary, splitEvents } from "../src/index.js";
import { eventMessage, payloads } from "./named-events.js";
import { collect, decode } from "./streams.js";

const seed = printedSeed();
const archive = { mode: "archive" } as const;

const registry = buildSchemas({
  acme: `${payloads} ${eventMessage("Event", `optional bool unnamed = 8 [(sse).named_by = "type"];`)}`,
});
const schema = registry.getMessage("acme.Event") ?? expect.unreachable();

const strings = ["thing.made", "thing.changed", "thing.sold", "", "é🙂", 'a"\\b', "\ud83d", "\n"];
const names = ["type", "typ", "types", "id", "inner", 'ty"pe', "Type", ""];

/** Returns the JSON of a string, some of its characters as escapes. */
function stringText(random: Random, value: string): string {
  const text = JSON.stringify(value);
  return random.chance(0.3)
    ? text.replace(/[a-z.]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)
    : text;
}

function space(random: Random): string {
  return random.chance(0.2) ? random.pick([" ", "\t", "  "]) : "";
}

function valueText(random: Random, depth: number): string {
  const kind = random.below(depth > 3 ? 4 : 7);
  switch (kind) {
    case 0:
      return random.pick(["null", "true", "-0.5e+3", "12"]);
    case 4: {
      const elements = Array.from({ length: random.below(3) }, () => valueText(random, depth + 1));
      return `[${elements.join(`${space(random)},`)}]`;
    }
    case 5:
    case 6:
      return objectText(random, depth + 1);
    default:
      return stringText(random, random.pick(strings) ?? "");
  }
}

function objectText(random: Random, depth: number): string {
  const members = Array.from({ length: random.below(4) }, () => {
    const name = stringText(random, random.pick(names) ?? "");
    return `${space(random)}${name}${space(random)}:${space(random)}${valueText(random, depth)}`;
  });
  if (depth === 0 && random.chance(0.7)) {
    const member = `${stringText(random, "type")}:${stringText(random, random.pick(strings) ?? "")}`;
    members.splice(random.below(members.length + 1), 0, member);
  }
  return `{${members.join(",")}${space(random)}}`;
}

/** Returns a payload, most of them objects with a name; a few are no JSON. */
function payloadText(random: Random): string {
  const text = random.chance(0.9) ? objectText(random, 0) : valueText(random, 0);
  return random.chance(0.1) ? text.slice(0, random.below(text.length + 1)).toWellFormed() : text;
}

/** Returns the name that a payload gives to its event, as documented. */
function nameIn(payload: string): string {
  try {
    const value: unknown = JSON.parse(payload);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const name: unknown = isObject && "type" in value ? value.type : "";
    return typeof name === "string" && name.isWellFormed() ? name : "";
  } catch {
    return "";
  }
}

it("generated payloads name their events, and the stream comes back", async () => {
  let named = 0;
  for (let round = 0; round < 1000; round++) {
    const random = new Random(seed + round);
    const payload = payloadText(random);
    const line = random.chance(0.3) ? `event: ${random.pick(["thing.made", "x"])}\n` : "";
    const context = `seed ${seed + round}: ${line}${payload}`;
    const [binary = expect.unreachable(context), ...others] = await decode(
      schema,
      `${line}data: ${payload}\n\n`,
      archive,
    );
    expect(others, context).toEqual([]);
    const document = JSON.parse(stringifyOpenAI(schema, fromBinary(schema, binary)));
    const name = line === "" && document.data_text === undefined ? nameIn(payload) : "";
    expect(document.unnamed, context).toBe(name === "" ? undefined : true);
    expect(document.event, context).toBe(line === "" ? name : line.slice(7, -1));
    named += name === "" ? 0 : 1;
    const [again = expect.unreachable(context)] = await collect(
      splitEvents(schema, [encodeEventFromBinary(schema, binary)], archive),
    );
    expect(Buffer.from(again.name).toString(), context).toBe(line.slice(7, -1));
    const text = Buffer.from(again.data ?? []).toString();
    if (document.data_text === undefined) {
      expect(compareJson(payload, text), context).toEqual([]);
    } else {
      expect(text, context).toBe(payload);
    }
  }
  expect(named).toBeGreaterThan(120);
});
