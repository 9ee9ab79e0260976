import { createRegistry, type DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { getMessageMapping } from "@stepwire/mapping";
import { describe, expect, it } from "vitest";
import * as core from "../src/index.js";
import { nameIn, namesIn, readTable } from "./model-tables.js";
import { notAccepted, notYielded } from "./openai-package.js";

const files = Object.values(core).filter(
  (each) => typeof each === "object" && "kind" in each && each.kind === "file",
);
const registry = createRegistry(...files);

const rustTypes = readTable("Types of the Rust model");
const furtherTypes = readTable("Types beyond the Rust model");
const threadTypes = readTable("Types of runs, messages, threads and assistants");
const serviceMessages = readTable("Messages of the service");

/** The types of the Rust model, those that it borrows last. */
const rustNames = `
  RunStepType RunStepObject RunStepCompletionUsage StepDetails
  RunStepDetailsMessageCreationObject MessageCreation RunStepDetailsToolCallsObject
  RunStepDetailsToolCalls RunStepDetailsToolCallsCodeObject CodeInterpreter
  CodeInterpreterOutput RunStepDetailsToolCallsCodeOutputLogsObject
  RunStepDetailsToolCallsCodeOutputImageObject RunStepDetailsToolCallsFileSearchObject
  RunStepDetailsToolCallsFileSearchObjectFileSearch
  RunStepDetailsToolCallsFileSearchResultObject
  RunStepDetailsToolCallsFileSearchResultObjectContent RunStepDetailsToolCallsFunctionObject
  RunStepFunctionObject RunStepFunctionObjectDelta ListRunStepsResponse RunStepDeltaObject
  RunStepDelta DeltaStepDetails RunStepDeltaStepDetailsMessageCreationObject
  RunStepDeltaStepDetailsToolCallsObject RunStepDeltaStepDetailsToolCalls
  RunStepDeltaStepDetailsToolCallsCodeObject DeltaCodeInterpreter DeltaCodeInterpreterOutput
  RunStepDeltaStepDetailsToolCallsCodeOutputLogsObject
  RunStepDeltaStepDetailsToolCallsCodeOutputImageObject
  RunStepDeltaStepDetailsToolCallsFileSearchObject
  RunStepDeltaStepDetailsToolCallsFunctionObject
  FileSearchRankingOptions FileSearchRanker ImageFile ImageDetail LastError LastErrorCode
  RunStatus
`;

describe("docs/model.md", () => {
  it("has a row for each type of the Rust model", () => {
    expect(rustTypes.map((row) => nameIn(row["Rust"]))).toEqual(rustNames.trim().split(/\s+/));
  });

  it.each([...rustTypes, ...furtherTypes, ...threadTypes])("is right about $schema", (row) => {
    expect(nameIn(row["JSON type"])).toBe(jsonTypeName(nameIn(row["schema"])));
  });

  it("mentions every message and enum", () => {
    const mentioned = new Set(
      [...rustTypes, ...furtherTypes, ...threadTypes, ...serviceMessages].flatMap(namesIn),
    );
    const declared = files
      .flatMap((file) => [...nestedTypes(file)])
      .filter(({ kind }) => kind === "message" || kind === "enum")
      .map(({ name }) => name);
    expect(declared.filter((name) => !mentioned.has(name))).toEqual([]);
  });

  it("has a row for each difference from the openai package", () => {
    expect(differences("Accepted")).toEqual(notAccepted);
    expect(differences("Yielded")).toEqual(notYielded);
  });
});

/** The name of the JSON type of a message, an enum or an arm; empty if it has none. */
function jsonTypeName(name: string): string {
  const [type = "", arm] = name.split(".");
  const typeName = `stepwire.v1.${type}`;
  if (registry.getEnum(typeName) !== undefined) {
    return type;
  }
  const desc = registry.getMessage(typeName) ?? expect.unreachable(`${typeName} does not exist`);
  if (holdsOtherEvents(desc)) {
    return "";
  }
  const mapping = getMessageMapping(desc);
  if (arm === undefined) {
    return mapping.schemaName;
  }
  const [union] = mapping.kind === "object" ? mapping.unions : [];
  return union?.arms.find(({ field }) => field.name === arm)?.schemaName ?? "";
}

/** Whether a message only holds what an event of another kind says. */
function holdsOtherEvents(desc: DescMessage): boolean {
  const event = getMessageMapping(core.StreamEventSchema);
  return event.kind === "object" && event.unions.some(({ otherArm }) => otherArm?.message === desc);
}

function differences(heading: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const row of readTable(heading)) {
    const type = nameIn(row["JSON type"]);
    found[type] = [...(found[type] ?? []), nameIn(row["member"])];
  }
  return found;
}
