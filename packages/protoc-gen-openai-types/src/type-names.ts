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

/** Returns the path of the generated file, without an extension. */
export function generatedPath(file: DescFile): string {
  return `${file.name}_openai`;
}

/** Returns the name of an enum's type, which includes the names of the messages around it. */
export function enumTypeName({ desc }: EnumMapping): string {
  const qualified = desc.typeName.slice(desc.file.proto.package.length);
  return qualified.replace(/^\./, "").replaceAll(".", "_");
}

/** An arm with a name for the object that has it. */
export type NamedArm = ArmMapping & { readonly schemaName: string };

/**
 * Returns the arms of an object that have their own type. If an object has several unions, an arm is
 * only a part of the object and has no type.
 */
export function namedArms({ unions: [union, ...others] }: ObjectMapping): NamedArm[] {
  const arms = others.length === 0 ? (union?.arms ?? []) : [];
  return arms.filter((arm): arm is NamedArm => arm.schemaName !== undefined);
}

/** Type names that TypeScript does not allow, in addition to reserved words. */
const PREDEFINED = /^(any|never|symbol|undefined|unknown)$/;

/**
 * Checks that TypeScript allows every name, and that a name occurs only once in a Protobuf package,
 * because the types of a package are exported together.
 *
 * @throws {MappingError} with the proto name of each type that has a wrong name.
 */
export function checkTypeNames(files: readonly FileMappings[]): void {
  const problems: MappingProblem[] = [];
  const owners = new Map<string, string>();
  for (const { name, path, scope } of files.flatMap(namesIn)) {
    const key = `${scope} ${name}`;
    const owner = owners.get(key);
    if (!isTypeName(name)) {
      problems.push({ path, message: `the type cannot be named "${name}"; set schema_name` });
    } else if (owner !== undefined) {
      problems.push({ path, message: `the type of ${owner} is named "${name}" as well` });
    }
    owners.set(key, path);
  }
  if (problems.length > 0) {
    throw new MappingError(problems);
  }
}

function isTypeName(name: string): boolean {
  const isIdentifier = /^[A-Za-z_$][\w$]*$/.test(name);
  return isIdentifier && safeIdentifier(name) === name && !PREDEFINED.test(name);
}

/** The name of a type, with the proto name and the Protobuf package of what it belongs to. */
interface TypeName {
  readonly name: string;
  readonly path: string;
  readonly scope: string;
}

function namesIn({ file, messages, enums }: FileMappings): TypeName[] {
  const names = [
    ...messages.flatMap((mapping) => [
      { name: mapping.schemaName, path: mapping.desc.typeName },
      ...(mapping.kind === "object" ? namedArms(mapping) : []).map(({ field, schemaName }) => ({
        name: schemaName,
        path: `${mapping.desc.typeName}.${field.name}`,
      })),
    ]),
    ...enums.map((mapping) => ({ name: enumTypeName(mapping), path: mapping.desc.typeName })),
  ];
  return names.map((each) => ({ ...each, scope: file.proto.package }));
}
