import { ImportError, type ImportMistake } from "../error.js";
import type { ProtoFile } from "../proto/model.js";
import { Declarations } from "./declarations.js";
import { Names } from "./names.js";
import type { MapReport } from "./report.js";
import { Resolver } from "./resolver.js";
import { Schemas } from "./schemas.js";

/** What to map, and how. */
export interface MapOptions {
  /** The Protobuf package, such as "acme.kettle.v1". */
  readonly package: string;
  /** The names of the schemas to import, with all that they refer to; default: all of them. */
  readonly roots?: readonly string[] | undefined;
  /** The type of an integer that has neither a format nor bounds; default: int64. */
  readonly integers?: "int32" | "int64" | "uint32" | undefined;
}

/** The files of an import, and how the members of its schemas are typed. */
export interface MapResult {
  readonly files: readonly ProtoFile[];
  readonly report: MapReport;
}

/**
 * Maps the schemas of a document to messages and enums, which have no numbers yet.
 *
 * @throws {ImportError} if the document cannot be mapped, with all mistakes.
 */
export function mapDocument(document: unknown, options: MapOptions): MapResult {
  const mistakes = new Map<string, ImportMistake>();
  const report = (mistake: ImportMistake) => {
    mistakes.set(`${mistake.code} ${mistake.pointer}`, mistake);
  };
  const names = new Names(report);
  const schemas = new Schemas(document, report, (component, pointer) =>
    names.reserve(component, pointer, undefined),
  );
  const components = schemas.components();
  for (const pointer of components.values()) {
    schemas.at(pointer, pointer);
  }
  const resolver = new Resolver(
    schemas,
    { integers: options.integers ?? "int64", union: () => undefined },
    report,
  );
  const declarations = new Declarations(schemas, resolver, names, report);
  for (const root of options.roots ?? components.keys()) {
    const pointer = components.get(root);
    const node = pointer === undefined ? undefined : schemas.at(pointer, pointer);
    if (node === undefined) {
      report({
        code: "unknown_root",
        pointer: "",
        expected: "the name of a schema of the document",
        found: JSON.stringify(root),
      });
    } else {
      declarations.addRoot(root, node);
    }
  }
  const result = declarations.finish();
  if (mistakes.size > 0) {
    throw new ImportError([...mistakes.values()]);
  }
  const path = options.package.replaceAll(".", "/");
  return {
    files: [
      {
        path: `${path}/${fileName(options.package)}.proto`,
        package: options.package,
        declarations: result.declarations,
      },
    ],
    report: result.report,
  };
}

/** Returns the name of the file for all that the config puts into no other: "kettle" for "acme.kettle.v1". */
function fileName(name: string): string {
  const parts = name.split(".").filter((part) => !/^v\d+/.test(part));
  return parts.at(-1) ?? "schemas";
}
