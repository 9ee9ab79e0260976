import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { ChatOtherEventSchema } from "@stepwire/core/chat";
import { files } from "@stepwire/core/registry";
import { getMessageMapping } from "@stepwire/mapping";
import { describe, expect, it } from "vitest";
import { nameIn, namesIn, readTable } from "./model-tables.js";

const chatFiles = files.filter(({ proto }) => proto.package === "stepwire.chat.v1");
const [serviceFile] = chatFiles.filter(({ services }) => services.length > 0);

describe("docs/chat-model.md", () => {
  it.each(
    chatFiles
      .filter((file) => file !== serviceFile)
      .map((file) => ({ file, name: `${file.name.split("/").at(-1)}.proto` })),
  )("has a row for each type of $name", ({ file, name }) => {
    const rows = readTable(name, "chat-model.md").map((row) => [
      nameIn(row["schema"]),
      nameIn(row["JSON type"]),
    ]);
    expect(rows).toEqual([
      ...file.messages.flatMap((message) => [
        [message.name, jsonTypeOf(message)],
        ...armsOf(message),
      ]),
      ...file.enums.map((desc: DescEnum) => [desc.name, desc.name]),
    ]);
  });

  it("mentions every message of the service", () => {
    const names = readTable("chat_service.proto", "chat-model.md").flatMap(namesIn);
    const declared = [...(serviceFile?.messages ?? []), ...(serviceFile?.enums ?? [])];
    expect(names.sort()).toEqual(declared.map(({ name }) => name).sort());
  });
});

/** Returns the name of a message's JSON type; empty if it has none. */
function jsonTypeOf(message: DescMessage): string {
  return hasNoJson(message) ? "" : getMessageMapping(message).schemaName;
}

/** Returns the arms of a message's unions that have JSON types of their own. */
function armsOf(message: DescMessage): string[][] {
  const mapping = hasNoJson(message) ? undefined : getMessageMapping(message);
  return mapping?.kind === "object"
    ? mapping.unions.flatMap(({ arms }) =>
        arms.flatMap(({ field, schemaName }) =>
          schemaName === undefined ? [] : [[`${message.name}.${field.name}`, schemaName]],
        ),
      )
    : [];
}

/** Returns whether a message has no JSON form: it holds any other event. */
function hasNoJson(message: DescMessage): boolean {
  return message === ChatOtherEventSchema;
}
