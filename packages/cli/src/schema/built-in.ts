import type { DescFile } from "@bufbuild/protobuf";
import { DocumentSchema } from "@stepwire/core";

/**
 * The schema that is used without `--descriptor`: the built-in document message with everything it
 * refers to.
 */
export const builtInFiles: readonly DescFile[] = withImports(DocumentSchema.file, new Set());

function withImports(file: DescFile, found: Set<DescFile>): DescFile[] {
  if (!found.has(file)) {
    found.add(file);
    for (const imported of file.dependencies) {
      withImports(imported, found);
    }
  }
  return [...found];
}
