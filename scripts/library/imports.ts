import { parseSync } from "oxc-parser";
import type { SourceFile } from "./workspace.ts";

/** Returns every specifier that a file imports from, including type imports and dynamic imports. */
export function importsOf(file: SourceFile): string[] {
  const { module } = parseSync(file.path, file.text);
  const reexports = module.staticExports.flatMap((statement) =>
    statement.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
  );
  const dynamic = module.dynamicImports
    .map(({ moduleRequest }) => file.text.slice(moduleRequest.start, moduleRequest.end))
    .filter((text) => /^["'].*["']$/.test(text))
    .map((text) => text.slice(1, -1));
  return [
    ...new Set([
      ...module.staticImports.map((statement) => statement.moduleRequest.value),
      ...reexports,
      ...dynamic,
    ]),
  ];
}
