import type { OpenAIJsonInput } from "@stepwire/core/openai";
import type { ResponseRequestSchema, ResponseSchema } from "@stepwire/core/responses";
import type { ResponseStatus } from "@stepwire/core/responses/openai";
import type {
  ResponseStatus as PackageStatus,
  Response,
  ResponseCreateParams,
} from "openai/resources/responses/responses";
import { describe, expect, expectTypeOf, it } from "vitest";
import { nameIn, namesIn, readTable } from "./model-tables.js";
import type { Differences } from "./type-differences.js";

/** Where the types of the package are not accepted as ours, as docs/responses-model.md explains. */
const notAccepted = {
  Response: [
    "instructions",
    "output[].arguments",
    "output[].error",
    "output[].output",
    "output[].tools",
    "prompt.variables.*",
    "text.format.schema",
    "tool_choice",
    "tools[].container",
    "tools[].filters",
    "tools[].output_schema",
    "tools[].parameters",
    "tools[].tools",
  ],
  CreateResponse: [
    "input",
    "prompt.variables.*",
    "text.format.schema",
    "tool_choice",
    "tools[].container",
    "tools[].filters",
    "tools[].output_schema",
    "tools[].parameters",
    "tools[].tools",
  ],
} as const;

describe("the types of the openai package are accepted, but where docs/responses-model.md says why not", () => {
  it("as responses", () => {
    type Found = Differences<Response, OpenAIJsonInput<typeof ResponseSchema>>;
    expectTypeOf<Found>().toEqualTypeOf<(typeof notAccepted)["Response"][number]>();
  });

  it("as requests", () => {
    type Found = Differences<ResponseCreateParams, OpenAIJsonInput<typeof ResponseRequestSchema>>;
    expectTypeOf<Found>().toEqualTypeOf<(typeof notAccepted)["CreateResponse"][number]>();
  });

  it("as the status of a response, and yielded", () => {
    expectTypeOf<ResponseStatus>().toEqualTypeOf<PackageStatus>();
  });
});

describe("docs/responses-model.md", () => {
  it("has a row for each difference", () => {
    const rows = readTable("Where our JSON types", "responses-model.md").flatMap((row) =>
      namesIn({ member: row["member"] ?? "" }).map(
        (member) => `${nameIn(row["JSON type"])} ${member}`,
      ),
    );
    const expected = Object.entries(notAccepted).flatMap(([type, members]) =>
      members.map((member) => `${type} ${member}`),
    );
    expect(rows.sort()).toEqual(expected.sort());
  });
});
