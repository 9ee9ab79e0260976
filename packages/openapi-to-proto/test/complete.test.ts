import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pointerTo } from "@stepwire/json";
import { describe, expect, it } from "vitest";
import { mapDocument } from "../src/map/map-document.js";
import { readDocument } from "../src/read/read-document.js";
import { integer, object, ref, text } from "./support/declared.js";

const kinds = object({ kind: { const: "a" }, first: text }, "kind");
const otherKinds = object({ kind: { enum: ["b", "c"] }, second: text }, "kind");

/** A document with members in all places where schemas can be. */
const document = {
  openapi: "3.1.0",
  components: {
    schemas: {
      Base: object({ id: text, meta: { type: ["object", "null"], properties: { m: text } } }, "id"),
      Derived: { allOf: [ref("Base"), object({ own: integer })], properties: { beside: text } },
      Union: { oneOf: [kinds, otherKinds, { ...ref("Base"), description: "x" }] },
      Untagged: {
        anyOf: [object({ left: text, both: text }), object({ right: text, both: integer })],
      },
      Mixed: object({
        value: {
          anyOf: [text, { type: "array", items: object({ element: text }) }, object({ arm: text })],
        },
        map: { type: "object", additionalProperties: object({ entry: text }) },
        rows: { type: "array", items: { type: "array", items: object({ cell: text }) } },
        "x-long-Name": text,
        constructor: text,
        __proto: text,
        free: { type: "object" },
        union: ref("Union"),
        open: { type: "object", properties: { known: text }, additionalProperties: integer },
      }),
      Tree: object({ children: { type: "array", items: ref("Tree") }, leaf: { const: "x" } }),
    },
  },
};

const folder = join(import.meta.dirname, "../../../../shared/openapi");
const published = ["open-responses-2026-01-15.json", "open-responses-2026-04-24.json"];

/** Returns the document of a file beside the project; undefined if there is none. */
function readPublished(name: string): object | undefined {
  try {
    return readDocument({ name, bytes: readFileSync(join(folder, name)) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw error;
    }
    console.log(`${name}: skipped, no ../shared/openapi beside the project`);
    return undefined;
  }
}

/** Returns the pointers of all members that the schemas of a document describe. */
function membersOf(value: unknown, pointer = ""): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, child]) => {
    const place = pointerTo(pointer, key);
    const isMap = key === "properties" && !pointer.endsWith("/properties");
    const own = isMap ? Object.keys(child).map((name) => pointerTo(place, name)) : [];
    return [...own, ...membersOf(child, place)];
  });
}

/** Returns the names of the members of all messages, by the place of their schemas. */
function namesBySource(source: object): Map<string, Set<string>> {
  const { files } = mapDocument(source, { package: "test.v1" });
  const names = new Map<string, Set<string>>();
  for (const declaration of files.flatMap(({ declarations }) => declarations)) {
    if (declaration.kind === "message" && declaration.residue) {
      const { members, options, source: place } = declaration;
      const known = names.get(place) ?? new Set();
      for (const { name } of options.constants ?? []) {
        known.add(name);
      }
      for (const member of members) {
        known.add(member.kind === "field" ? member.key : member.name);
      }
      names.set(place, known);
    }
  }
  return names;
}

function nameOf(pointer: string): string {
  const key = pointer.slice(pointer.lastIndexOf("/") + 1);
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}

describe("every member of a document is in a message", () => {
  const documents = [
    ["a document with all constructs", document] as const,
    ...published.map((name) => [name, readPublished(name)] as const),
  ].flatMap(([name, source]) => (source === undefined ? [] : [{ name, source }]));

  it.each(documents)("of $name", ({ source }) => {
    const members = membersOf(source);
    const names = namesBySource(source);
    const all = new Set([...names.values()].flatMap((each) => [...each]));
    // The members of merged schemas are in the message of another place.
    const missing = members.filter((pointer) => {
      const place = pointer.slice(0, pointer.lastIndexOf("/properties/"));
      return !(names.get(place) ?? all).has(nameOf(pointer));
    });
    expect(members.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});
