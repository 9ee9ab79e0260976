import { createFileRegistry, type DescEnum, fromBinary, getOption } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { getComments } from "@bufbuild/protoplugin";
import { kept_in } from "../../../packages/mapping/src/gen/stepwire/json/v1/conversion_pb.ts";

/** The file that defines the modes and codes, below `proto`. */
export const CONVERSION_PROTO = "stepwire/json/v1/conversion.proto";

/** The file that defines why an event is not accumulated, below `proto`. */
export const ACCUMULATION_PROTO = "stepwire/json/v1/accumulation.proto";

/** The mode that every language uses if none is given. */
export const DEFAULT_MODE = "preserve";

/** A value of one of the enums. */
export interface Value {
  /** The name without the prefix of the enum, in lower case: "not_json". */
  readonly name: string;
  readonly number: number;
  /** The lines of the comment, without the marks of a comment. */
  readonly comment: readonly string[];
}

/** A mode, and the codes that it refuses: one bit for each code that some mode keeps. */
export interface Mode extends Value {
  readonly refused: number;
}

/** An enum without the value 0, which means that there is none. */
export interface Enum<V extends Value = Value> {
  readonly comment: readonly string[];
  readonly values: readonly V[];
}

/** What conversion.proto and accumulation.proto define. */
export interface Conversion {
  readonly modes: Enum<Mode>;
  readonly violations: Enum;
  readonly results: Enum;
  /** What accumulation.proto defines. */
  readonly refusals: Enum;
}

/**
 * Reads conversion.proto and accumulation.proto.
 *
 * @param descriptors - A FileDescriptorSet with the comments, as `buf build` writes it.
 */
export function readConversion(descriptors: Uint8Array): Conversion {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  const find = (name: string): DescEnum => {
    const found = registry.getEnum(`stepwire.json.v1.${name}`);
    if (found === undefined) {
      throw new Error(`${CONVERSION_PROTO} and ${ACCUMULATION_PROTO} have no enum ${name}`);
    }
    return found;
  };
  const violations = find("ViolationCode");
  const refusedIn = (mode: number): number =>
    violations.values.reduce((bits, value) => {
      const keptIn: readonly number[] = getOption(value, kept_in);
      return keptIn.length === 0 || keptIn.includes(mode) ? bits : bits | (1 << value.number);
    }, 0);
  const modes = readEnum(find("Mode"));
  return {
    modes: {
      ...modes,
      values: modes.values.map((mode) => ({ ...mode, refused: refusedIn(mode.number) })),
    },
    violations: readEnum(violations),
    results: readEnum(find("ResultCode")),
    refusals: readEnum(find("AccumulationCode")),
  };
}

function readEnum(description: DescEnum): Enum {
  return {
    comment: commentOf(description),
    values: description.values
      .filter(({ number }) => number !== 0)
      .map((value) => ({
        name: value.localName.toLowerCase(),
        number: value.number,
        comment: commentOf(value),
      })),
  };
}

function commentOf(description: Parameters<typeof getComments>[0]): string[] {
  const lines = (getComments(description).leading ?? "").trim().split("\n");
  return lines.map((line) => line.trim());
}
