import type { DescFile } from "@bufbuild/protobuf";
import { safeIdentifier } from "@bufbuild/protoplugin";
import {
  type ArmMapping,
  type EnumMapping,
  MappingError,
  type MappingProblem,
  type ObjectMapping,
} from "@stepwire/mapping";
import type { FileMappings } from "./collect-mappings.js";

/** The path of the generated file, without an extension. */
export function generatedPath(file: DescFile): string {
  return `${file.name}_openai`;
}

/** The name of the type of an enum: its own, behind those of the messages around it. */
export function enumTypeName({ desc }: EnumMapping): string {
  const qualified = desc.typeName.slice(desc.file.proto.package.length);
  return qualified.replace(/^\./, "").replaceAll(".", "_");
}

/** An arm that gives the object with it a name. */
export type NamedArm = ArmMapping & { readonly schemaName: string };

/**
 * The arms of an object that are types of their own. Where an object has several
 * unions, an arm is but a part of the object and has no name.
 */
export function namedArms({ unions: [union, ...others] }: ObjectMapping): NamedArm[] {
  const arms = others.length === 0 ? (union?.arms ?? []) : [];
  return arms.filter((arm): arm is NamedArm => arm.schemaName !== undefined);
}

/** What TypeScript keeps for itself, beyond reserved words. */
const PREDEFINED = /^(any|never|symbol|undefined|unknown)$/;

/**
 * Checks that every name is one that TypeScript allows, and is given once, for
 * those of one run are meant to be exported together.
 *
 * @throws {MappingError} if one is not, with the proto name of what it belongs to.
 */
export function checkTypeNames(files: readonly FileMappings[]): void {
  const problems: MappingProblem[] = [];
  const owners = new Map<string, string>();
  for (const { name, path } of files.flatMap(namesIn)) {
    const owner = owners.get(name);
    if (!isTypeName(name)) {
      problems.push({ path, message: `the type cannot be named "${name}"; set schema_name` });
    } else if (owner !== undefined) {
      problems.push({ path, message: `the type of ${owner} is named "${name}" as well` });
    }
    owners.set(name, path);
  }
  if (problems.length > 0) {
    throw new MappingError(problems);
  }
}

function isTypeName(name: string): boolean {
  const isIdentifier = /^[A-Za-z_$][\w$]*$/.test(name);
  return isIdentifier && safeIdentifier(name) === name && !PREDEFINED.test(name);
}

function namesIn({ messages, enums }: FileMappings): { name: string; path: string }[] {
  return [
    ...messages.flatMap((mapping) => [
      { name: mapping.schemaName, path: mapping.desc.typeName },
      ...(mapping.kind === "object" ? namedArms(mapping) : []).map(({ field, schemaName }) => ({
        name: schemaName,
        path: `${mapping.desc.typeName}.${field.name}`,
      })),
    ]),
    ...enums.map((mapping) => ({ name: enumTypeName(mapping), path: mapping.desc.typeName })),
  ];
}
