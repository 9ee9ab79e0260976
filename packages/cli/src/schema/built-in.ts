import type { DescFile } from "@bufbuild/protobuf";
import { DocumentSchema } from "@stepwire/core";

/**
 * The schema that the command has without `--descriptor`: everything that can be in the
 * built-in union of documents.
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
