import { sValidator } from "@hono/standard-validator";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type RunStep, RunStepSchema, type Thread, ThreadSchema } from "@stepwire/core";
import { Hono } from "hono";
import { describe, expect, expectTypeOf, it } from "vitest";
import { openAISchema, toOpenAI } from "../src/index.js";

const thread = {
  id: "thread_1",
  object: "thread",
  created_at: 1,
  metadata: {},
  tool_resources: null,
} as const;

describe("issue 16: openAISchema", () => {
  it("converts a value to the message", () => {
    const result = openAISchema(ThreadSchema)["~standard"].validate(thread);
    expect(result).toMatchObject({ value: { id: "thread_1", createdAt: 1n } });
  });

  it("has the types of the JSON and of the message", () => {
    const schema = openAISchema(RunStepSchema);
    expectTypeOf<StandardSchemaV1.InferOutput<typeof schema>>().toEqualTypeOf<RunStep>();
    expectTypeOf<StandardSchemaV1.InferInput<typeof schema>["id"]>().toEqualTypeOf<string>();
  });

  it("returns each violation as an issue, with its path", () => {
    const step = {
      id: 1,
      object: "thread.run.step",
      created_at: 1,
      assistant_id: "asst_1",
      thread_id: "thread_1",
      run_id: "run_1",
      type: "tool_calls",
      status: "completed",
      step_details: {
        type: "tool_calls",
        tool_calls: [{ id: "call_1", type: "file_search", file_search: [] }],
      },
    };
    const result = openAISchema(RunStepSchema)["~standard"].validate(step);
    expect(result).toEqual({
      issues: [
        { message: "wrong_type: expected a string, found 1", path: ["id"] },
        {
          message: "wrong_type: expected an object, found an array of 0",
          path: ["step_details", "tool_calls", 0, "file_search"],
        },
      ],
    });
  });

  it("keeps escaped names in paths", async () => {
    const schema = openAISchema(ThreadSchema, { mode: "strict" });
    const result = await schema["~standard"].validate({ ...thread, "a/b~c": 1 });
    expect(result.issues?.map(({ path }) => path)).toEqual([["a/b~c"]]);
  });

  it.each([undefined, null, 1, "text", [], () => {}, new Date(0), 10n, Symbol("a")])(
    "refuses %o, and does not throw",
    async (value) => {
      const { issues } = await openAISchema(ThreadSchema)["~standard"].validate(value);
      expect(issues?.length).toBeGreaterThan(0);
    },
  );

  it("validates the requests of a framework", async () => {
    const app = new Hono().post("/threads", sValidator("json", openAISchema(ThreadSchema)), (c) => {
      const message = c.req.valid("json");
      expectTypeOf(message).toEqualTypeOf<Thread>();
      return c.json(toOpenAI(ThreadSchema, message));
    });
    const post = (body: unknown): Promise<Response> | Response =>
      app.request("/threads", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const accepted = await post({ ...thread, colour: "blue" });
    expect(await accepted.json()).toEqual({ ...thread, colour: "blue" });
    const refused = await post({ ...thread, created_at: "today" });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("wrong_type");
  });
});
