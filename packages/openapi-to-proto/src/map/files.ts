import { pointerTo } from "@stepwire/json";
import { COMPONENTS } from "../config/patch.js";
import type { ReportMistake } from "../error.js";
import type { Declaration, ProtoFile, TypeReference } from "../proto/model.js";
import { matchesPattern } from "./pattern.js";

/** How declarations are put into files. */
export interface FileOptions {
  readonly package: string;
  /** Patterns of names by file name. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** The names of named schemas, in the order of the document. */
  readonly components: readonly string[];
}

/**
 * Puts declarations into files, in the order of the document's schemas. What is made of an inline
 * schema follows the schema around it.
 */
export function toFiles(
  declarations: readonly Declaration[],
  { package: name, files, components }: FileOptions,
  report: ReportMistake,
): ProtoFile[] {
  const folder = name.replaceAll(".", "/");
  const patterns = [...files].flatMap(([file, each]) =>
    each.map((pattern) => ({
      file: file.endsWith(".proto") ? file : `${file}.proto`,
      pattern,
    })),
  );
  const fallback = `${defaultName(name)}.proto`;
  const order = new Map(components.map((component, index) => [component, index]));
  const byFile = new Map<string, Declaration[]>();
  for (const declaration of sorted(declarations, order)) {
    const { name: message, source } = declaration;
    const names = [message, source, componentOf(source) ?? ""];
    const found = names
      .map((each) => patterns.find(({ pattern }) => matchesPattern(pattern, each)))
      .find((each) => each !== undefined);
    const file = found?.file ?? fallback;
    const content = byFile.get(file);
    if (content === undefined) {
      byFile.set(file, [declaration]);
    } else {
      content.push(declaration);
    }
  }
  checkCycles(byFile, report);
  return [...byFile].map(([file, content]) => ({
    path: `${folder}/${file}`,
    package: name,
    declarations: content,
  }));
}

/** Returns the name of the file for the rest: "kettle" for "acme.kettle.v1". */
function defaultName(name: string): string {
  const parts = name.split(".").filter((part) => !/^v\d+/.test(part));
  return parts.at(-1) ?? "schemas";
}

function sorted(
  declarations: readonly Declaration[],
  order: ReadonlyMap<string, number>,
): Declaration[] {
  const position = ({ source }: Declaration) =>
    order.get(componentOf(source) ?? "") ?? Number.POSITIVE_INFINITY;
  // The sort is stable, and a number that is not finite must not give NaN.
  return [...declarations].sort((one, other) => {
    const difference = position(one) - position(other);
    return Number.isNaN(difference) ? 0 : difference;
  });
}

/** Returns the name of the schema that a pointer is in. */
function componentOf(pointer: string): string | undefined {
  const place = COMPONENTS.find((each) => pointer.startsWith(`${each}/`));
  const key = place === undefined ? undefined : pointer.slice(place.length + 1).split("/")[0];
  return key?.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Reports files that import each other, which Protobuf forbids. */
function checkCycles(
  byFile: ReadonlyMap<string, readonly Declaration[]>,
  report: ReportMistake,
): void {
  const fileOf = new Map<string, string>();
  for (const [file, declarations] of byFile) {
    for (const { name } of declarations) {
      fileOf.set(name, file);
    }
  }
  /** Uses by file: the file that is used, with one use. */
  const uses = new Map<string, Map<string, string>>();
  for (const [file, declarations] of byFile) {
    const used = new Map<string, string>();
    for (const declaration of declarations) {
      for (const type of typesOf(declaration)) {
        const target = fileOf.get(type);
        if (target !== undefined && target !== file) {
          used.set(target, `${declaration.name} uses ${type}`);
        }
      }
    }
    uses.set(file, used);
  }
  for (const file of byFile.keys()) {
    const cycle = findCycle(file, uses);
    if (cycle !== undefined) {
      report({
        code: "invalid_config",
        pointer: pointerTo("/files", file),
        expected: "files that do not import each other",
        found: cycle.join("; "),
      });
      return;
    }
  }
}

/** Returns the uses that lead from a file back to it. */
function findCycle(
  start: string,
  uses: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string[] | undefined {
  const visited = new Set<string>();
  const stack: [file: string, path: string[]][] = [[start, []]];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const [file, path] = entry;
    for (const [target, use] of uses.get(file) ?? []) {
      const next = [...path, `${use} (${file} imports ${target})`];
      if (target === start) {
        return next;
      }
      if (!visited.has(target)) {
        visited.add(target);
        stack.push([target, next]);
      }
    }
  }
  return undefined;
}

function typesOf(declaration: Declaration): string[] {
  if (declaration.kind === "enum") {
    return [];
  }
  return declaration.members
    .flatMap((member): readonly { readonly type: TypeReference }[] =>
      member.kind === "oneof" ? member.fields : [member],
    )
    .flatMap(({ type }) => (type.kind === "message" || type.kind === "enum" ? [type.name] : []));
}
