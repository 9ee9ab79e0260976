import type { ImportConfig, SchemaConfig } from "../config/config.js";
import { applyPatches } from "../config/patch.js";
import { ImportError, type ImportMistake, type ReportMistake } from "../error.js";
import type { ProtoFile } from "../proto/model.js";
import { valueAt } from "../read/reference.js";
import { Choices } from "./choices.js";
import { Comments } from "./comments.js";
import { Declarations } from "./declarations.js";
import { Discriminators } from "./discriminators.js";
import { toFiles } from "./files.js";
import { Names } from "./names.js";
import type { MapReport } from "./report.js";
import { Resolver } from "./resolver.js";
import { Schemas } from "./schemas.js";
import type { Shape } from "./shape.js";

/** A config that has the Protobuf package. */
export interface MapConfig extends ImportConfig {
  readonly package: string;
}

/** The files of an import, and how the members of its schemas are typed. */
export interface MapResult {
  readonly files: readonly ProtoFile[];
  readonly report: MapReport;
}

/**
 * Maps the schemas of a document, after the patches of the config, to messages and enums, which have
 * no numbers yet.
 *
 * @throws {ImportError} if the document cannot be mapped, with all mistakes.
 */
export function mapDocument(document: object, config: MapConfig): MapResult {
  const mistakes = new Map<string, ImportMistake>();
  const report: ReportMistake = (mistake) => {
    mistakes.set(`${mistake.code} ${mistake.pointer} ${mistake.found}`, mistake);
  };
  const result = map(applyPatches(document, config, report), config, report);
  if (mistakes.size > 0) {
    throw new ImportError([...mistakes.values()]);
  }
  return result;
}

function map(document: object, config: MapConfig, report: ReportMistake): MapResult {
  const names = new Names(report);
  const schemas = new Schemas(document, report, (component, pointer) =>
    names.reserve(component, pointer, choices.at(pointer)?.name),
  );
  const components = schemas.components();
  const choices = new Choices(
    config,
    components,
    (pointer) => pointer.startsWith("/") && valueAt(document, pointer) !== undefined,
  );
  for (const pointer of components.values()) {
    schemas.at(pointer, pointer);
  }
  const resolver = new Resolver(
    schemas,
    {
      integers: config.integers ?? "int64",
      discriminators: new Discriminators(document, components),
      union: (pointer) => choices.at(pointer),
      override: (pointer) => overrideOf(choices.at(pointer)),
    },
    report,
  );
  const comments = new Comments(config, (node) => choices.ofNode(node)?.comment);
  const declarations = new Declarations({
    schemas,
    resolver,
    names,
    choices,
    comments,
    components,
    report,
  });
  addRoots(config, components, schemas, declarations, report);
  const result = declarations.finish();
  choices.finish(report);
  return {
    files: toFiles(
      result.declarations,
      {
        package: config.package,
        files: config.files ?? new Map(),
        components: [...components.keys()],
      },
      report,
    ),
    report: result.report,
  };
}

function overrideOf(choice: SchemaConfig | undefined): Shape | undefined {
  if (choice?.skip === true) {
    return { kind: "never" };
  }
  const type = choice?.type;
  switch (type) {
    case undefined:
      return undefined;
    case "string":
      return { kind: "scalar", name: "string" };
    default:
      return { kind: "chosen", type };
  }
}

function addRoots(
  { roots, schemas: choices }: ImportConfig,
  components: ReadonlyMap<string, string>,
  schemas: Schemas,
  declarations: Declarations,
  report: ReportMistake,
): void {
  if (components.size === 0 && !schemas.isSchema && !roots?.some((root) => root.startsWith("#"))) {
    report({
      code: "not_a_document",
      pointer: "",
      expected: "an OpenAPI document with schemas in /components/schemas, or a JSON Schema",
      found: "no schemas",
    });
  }
  const events = [...(choices ?? [])].flatMap(([name, choice]) => (choice.events ? [name] : []));
  for (const root of new Set([...(roots ?? rootsOf(components, schemas)), ...events])) {
    const pointer = root.startsWith("#") ? root.slice(1) : components.get(root);
    if (pointer === undefined) {
      report({
        code: "unknown_root",
        pointer: "",
        expected: "the name of a schema of the document",
        found: JSON.stringify(root),
      });
      continue;
    }
    const node = schemas.at(pointer, pointer);
    if (node !== undefined) {
      declarations.addRoot(root, node);
    }
  }
}

/** Returns all named schemas, and the document itself if it is a schema. */
function rootsOf(components: ReadonlyMap<string, string>, schemas: Schemas): string[] {
  return [...(schemas.isSchema ? ["#"] : []), ...components.keys()];
}
