import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import { getMessageMapping, MappingError, readDescriptorSet } from "@stepwire/mapping";
import type { BufModule } from "./buf.js";

/** Builds a module and returns its messages, without those of the options and of Protobuf. */
export function builtMessages(module: BufModule): DescMessage[] {
  const output = module.run("build", "-o", "schema.binpb");
  if (output !== "") {
    throw new Error(output);
  }
  return readDescriptorSet(readFileSync(join(module.folder, "schema.binpb")))
    .filter(({ name }) => !/^(?:stepwire|google)\//.test(name))
    .flatMap(({ messages }) => messages);
}

/** Returns what is wrong with the mapping options of messages. */
export function mappingProblems(messages: readonly DescMessage[]): string[] {
  return [...new Set(messages.flatMap(problemsOf))];
}

function problemsOf(message: DescMessage): string[] {
  try {
    getMessageMapping(message);
    return [];
  } catch (error) {
    if (error instanceof MappingError) {
      return error.problems.map((problem) => `${problem.path}: ${problem.message}`);
    }
    throw error;
  }
}
