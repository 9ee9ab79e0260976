import { type DescFile, type DescMessage, hasOption } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import {
  type EnumMapping,
  getMessageMapping,
  JsonResidueSchema,
  MappingError,
  type MappingProblem,
  type MessageMapping,
} from "@stepwire/mapping";
import {
  message as messageOption,
  oneof as oneofOption,
} from "@stepwire/mapping/stepwire/json/v1/json_pb.js";
import { valuesOf } from "./values-of.js";

/** The messages and enums of a file that have a JSON form. */
export interface FileMappings {
  readonly file: DescFile;
  readonly messages: readonly MessageMapping[];
  readonly enums: readonly EnumMapping[];
}

/**
 * Returns the messages of the given files that have a JSON form, and the enums that they use. Messages
 * without mapping options, such as the requests of a service, are skipped. So are files without
 * mapped messages and enums.
 *
 * @throws {MappingError} with the mistakes of all files, if there are any.
 */
export function collectMappings(files: readonly DescFile[]): FileMappings[] {
  const messages = compileAll(files);
  const enums = new Set(messages.flatMap(enumsOf));
  return files
    .map((file) => ({
      file,
      messages: messages.filter(({ desc }) => desc.file === file),
      enums: [...enums].filter(({ desc }) => desc.file === file),
    }))
    .filter((each) => each.messages.length > 0 || each.enums.length > 0);
}

function compileAll(files: readonly DescFile[]): MessageMapping[] {
  const mappings: MessageMapping[] = [];
  const problems = new Map<string, MappingProblem>();
  for (const desc of files.flatMap(mappedMessages)) {
    try {
      mappings.push(getMessageMapping(desc));
    } catch (error) {
      if (!(error instanceof MappingError)) {
        throw error;
      }
      // Messages are compiled with all messages that they refer to, so a mistake can occur several times.
      for (const problem of error.problems) {
        problems.set(`${problem.path}: ${problem.message}`, problem);
      }
    }
  }
  if (problems.size > 0) {
    throw new MappingError([...problems.values()]);
  }
  return mappings;
}

function mappedMessages(file: DescFile): DescMessage[] {
  return [...nestedTypes(file)].filter((desc) => desc.kind === "message").filter(isMapped);
}

/** Returns whether a message has a residue or mapping options. */
function isMapped(desc: DescMessage): boolean {
  return (
    desc.fields.some(({ message }) => message?.typeName === JsonResidueSchema.typeName) ||
    hasOption(desc, messageOption) ||
    desc.oneofs.some((oneof) => hasOption(oneof, oneofOption))
  );
}

function enumsOf(mapping: MessageMapping): EnumMapping[] {
  return valuesOf(mapping).filter((value) => value.kind === "enum");
}
