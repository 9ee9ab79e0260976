import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { corpusDocuments, describeWithCorpus, projectRoot } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { describe, expect, it, test } from "vitest";
import { adversarialShapes } from "../src/corpus/adversarial.js";
import { isObject } from "../src/corpus/document.js";
import { specOrders } from "../src/corpus/order.js";
import { documentSet, documentSets, missingSets, SET_SIZE } from "../src/corpus/sets.js";
import { checkDocuments } from "../src/speed/set-check.js";

const generated = documentSets.filter(({ name }) => !name.startsWith("recorded"));

/** Documents of a set that are converted in this test; the benchmark converts all of them. */
const CHECKED = 60;

describe.each(generated)("set $name", ({ name, schema, create }) => {
  const documents = create();

  it("has 1,000 distinct documents", () => {
    expect(new Set(documents).size).toBe(documents.length);
    expect(documents.length).toBeGreaterThanOrEqual(SET_SIZE);
  });

  it("is converted by the kernel without loss", () => {
    const some = documents.slice(0, name.includes("50 KB") ? 5 : CHECKED);
    checkDocuments(
      createTranscoder(schema),
      some.map((text) => Buffer.from(text)),
    );
  });
});

it.each(["steps, shuffled", "step deltas, wire order", "message deltas", "runs", "chat chunks"])(
  "set %s is the same in every run",
  (name) => {
    const { create } = documentSet(name);
    expect(create()).toEqual(create());
  },
);

/** The names of the members of every step in a set, in their order. */
function memberOrders(set: string): string[] {
  const orders = create(set).map((step) => Object.keys(step).join());
  return [...new Set(orders)];
}

function create(set: string): Record<string, unknown>[] {
  return documentSet(set)
    .create()
    .map((text) => {
      const value: unknown = JSON.parse(text);
      return isObject(value) ? value : expect.unreachable();
    });
}

describe("orders of members", () => {
  it("in wire order, all steps have the order of the live service", () => {
    expect(memberOrders("steps, wire order")).toEqual([
      "id,object,created_at,run_id,assistant_id,thread_id,type,status,cancelled_at,completed_at," +
        "expires_at,failed_at,last_error,step_details,usage",
    ]);
  });

  it("in spec order, all steps have the members and the order of the published document", () => {
    expect(memberOrders("steps, spec order")).toEqual([specOrders["RunStepObject"]?.join()]);
  });

  it("in SDK order, members are alphabetical, and those that an SDK does not know are last", () => {
    const [order = "", ...others] = memberOrders("steps, SDK order");
    expect(others).toEqual([]);
    const [first, ...names] = order.split(",");
    expect([first, names.pop()]).toEqual(["id", "expires_at"]);
    expect(names).toEqual(names.toSorted());
    expect(names).toContain("metadata");
  });

  it("shuffled, nearly every step has an order of its own", () => {
    expect(memberOrders("steps, shuffled").length).toBeGreaterThan(SET_SIZE * 0.99);
  });

  it("indented documents are the same documents", () => {
    expect(create("steps, spec order, indented")).toEqual(create("steps, spec order"));
    const [text = ""] = documentSet("steps, spec order, indented").create();
    expect(text).toMatch(/^\{\n {2}"id": /);
  });
});

describe.each(adversarialShapes)("adversarial: $name", ({ schema, document }) => {
  it("is converted by the kernel without loss, and grows with the number of its parts", () => {
    const [small, large] = [document(300), document(3_000)].map((text) => Buffer.from(text));
    if (small === undefined || large === undefined) {
      return expect.unreachable();
    }
    checkDocuments(createTranscoder(schema), [small, large]);
    expect(large.length / small.length).toBeGreaterThan(5);
  });
});

const published = join(projectRoot, "../shared/openapi/openai.yaml");

if (existsSync(published)) {
  test.each(Object.entries(specOrders))(
    "%s has the order of the published document",
    (name, order) => {
      const text = readFileSync(published, "utf8");
      const schema = text.split(new RegExp(`^ {4}${name}:$`, "m"))[1]?.split(/^ {4}\w/m)[0] ?? "";
      const properties = schema.slice(schema.indexOf("properties:\n") + "properties:\n".length);
      const [indentation = ""] = /^ +/m.exec(properties) ?? [];
      const names = [...properties.matchAll(new RegExp(`^${indentation}(\\w+):`, "gm"))];
      expect(names.map(([, found]) => found).slice(0, order.length)).toEqual(order);
    },
  );
} else {
  console.log("order of the published document: skipped, no ../shared/openapi beside the project");
}

describe("residue", () => {
  const wire = documentSet("steps, wire order").create();
  const changed = (set: string): string[] => {
    const texts = documentSet(set).create();
    return texts.filter((text, index) => text !== wire[index]);
  };

  it("30 % lack a member", () => {
    const all = changed("steps, 30 % lack a member");
    expect(all).toHaveLength(300);
    expect(all.every((text) => Object.keys(JSON.parse(text)).length === 14)).toBe(true);
  });

  it("10 % have an unknown member", () => {
    const all = changed("steps, 10 % with an unknown member");
    expect(all).toHaveLength(100);
    expect(all.every((text) => /"x_\w{6}":/.test(text))).toBe(true);
  });

  it("5 % have an unknown enum", () => {
    const all = changed("steps, 5 % with an unknown enum");
    expect(all).toHaveLength(50);
    expect(
      all.every((text) => /"(paused|waiting_for_input|archived|content_filter)"/.test(text)),
    ).toBe(true);
  });
});

describeWithCorpus("sets beside recordings", () => {
  it("has the recordings as sets", () => {
    expect(missingSets).toBeUndefined();
    for (const name of ["recorded SSE payloads", "recorded REST bodies"]) {
      const documents = documentSet(name).create();
      expect(new Set(documents).size).toBe(documents.length);
      expect(documents.length).toBeGreaterThan(150);
    }
  });

  it("steps have the order of members that recorded ones have", () => {
    const [order] = memberOrders("steps, wire order");
    const recorded = corpusDocuments()
      .filter(({ name }) => name.includes("simple-openai-runs-create"))
      .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))
      .filter(({ object }) => object === "thread.run.step");
    expect(recorded.length).toBeGreaterThan(0);
    for (const step of recorded) {
      expect(Object.keys(step).join()).toBe(order);
    }
  });
});
