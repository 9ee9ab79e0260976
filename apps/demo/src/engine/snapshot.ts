import {
  type CodeInterpreter,
  type FileSearch,
  type FunctionCall,
  RunStatus,
  RunStatusSchema,
  type RunStep,
  type ToolCall,
} from "@stepwire/core";
import type { StepBlock, StepPart, StepSnapshot } from "../model/stream.js";

/** A step in the words and texts that are shown of it. */
export function snapshotOf({ id, status, stepDetails, usage }: RunStep): StepSnapshot {
  return {
    id,
    status: statusName(status),
    parts: partsOf(stepDetails?.stepDetails),
    ...(usage && { usage: `${usage.promptTokens} + ${usage.completionTokens} tokens` }),
  };
}

function statusName(status: RunStatus): string {
  const name = RunStatusSchema.value[status]?.name ?? "";
  return status === RunStatus.UNSPECIFIED ? "" : name.replace("RUN_STATUS_", "").toLowerCase();
}

type Details = NonNullable<RunStep["stepDetails"]>["stepDetails"];

function partsOf(details: Details | undefined): StepPart[] {
  switch (details?.case) {
    case "messageCreation":
      return [{ title: "message_creation", id: details.value.messageId, blocks: [] }];
    case "toolCalls":
      return details.value.toolCalls.map(describeCall);
    default:
      return [];
  }
}

function describeCall({ id, toolCall, jsonResidue }: ToolCall): StepPart {
  switch (toolCall.case) {
    case "codeInterpreter":
      return { title: "code_interpreter", id, blocks: codeBlocks(toolCall.value) };
    case "fileSearch":
      return { title: "file_search", id, blocks: searchBlocks(toolCall.value) };
    case "function":
      return {
        title: `function ${toolCall.value.name}`,
        id,
        blocks: functionBlocks(toolCall.value),
      };
    default:
      return {
        title: "a tool that the schema does not know",
        id,
        blocks: Object.entries(jsonResidue?.members ?? {}).map(([label, text]) => ({
          label,
          text,
        })),
      };
  }
}

function codeBlocks({ input, outputs }: CodeInterpreter): StepBlock[] {
  return [
    ...text("input", input),
    ...outputs.flatMap(({ output }) => {
      switch (output.case) {
        case "logs":
          return text("logs", output.value);
        case "image":
          return text("image", output.value.fileId);
        default:
          return [];
      }
    }),
  ];
}

function searchBlocks({ results }: FileSearch): StepBlock[] {
  return results.map(({ fileName, score, content }) => ({
    label: `${fileName}, score ${score.toFixed(2)}`,
    text: content.map((piece) => piece.text ?? "").join("\n"),
  }));
}

function functionBlocks({ arguments: parameters, output }: FunctionCall): StepBlock[] {
  return [...text("arguments", parameters), ...text("output", output ?? "")];
}

function text(label: string, content: string): StepBlock[] {
  return content === "" ? [] : [{ label, text: content }];
}
