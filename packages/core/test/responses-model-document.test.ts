import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { files } from "@stepwire/core/registry";
import { ResponseOtherEventSchema } from "@stepwire/core/responses";
import { getMessageMapping } from "@stepwire/mapping";
import { describe, expect, it } from "vitest";
import { nameIn, namesIn, readTable } from "./model-tables.js";

const responseFiles = files.filter(({ proto }) => proto.package === "stepwire.responses.v1");

describe("docs/responses-model.md", () => {
  it.each(
    responseFiles
      .filter(({ services }) => services.length === 0)
      .map((file) => ({ file, name: `${file.name.split("/").at(-1)}.proto` })),
  )("has a row for each type of $name", ({ file, name }) => {
    const rows = readTable(name, "responses-model.md").map((row) => [
      nameIn(row["schema"]),
      nameIn(row["JSON type"]),
    ]);
    expect(rows).toEqual([
      ...file.messages.map((message) => [message.name, jsonTypeOf(message)]),
      ...file.enums.map((desc: DescEnum) => [desc.name, desc.name]),
    ]);
  });

  it("mentions every message of the service", () => {
    const names = readTable("responses_service.proto", "responses-model.md").flatMap(namesIn);
    const [file] = responseFiles.filter(({ services }) => services.length > 0);
    const declared = [...(file?.messages ?? []), ...(file?.enums ?? [])];
    expect(declared.length).toBeGreaterThan(15);
    expect(names.sort()).toEqual(declared.map(({ name }) => name).sort());
  });
});

/** Returns the name of a message's JSON type; empty if it has none. */
function jsonTypeOf(message: DescMessage): string {
  return hasNoJson(message) ? "" : getMessageMapping(message).schemaName;
}

/** Returns whether a message has no JSON form: it holds any other event. */
function hasNoJson(message: DescMessage): boolean {
  return message === ResponseOtherEventSchema;
}
