import type { DescFile } from "@bufbuild/protobuf";
import { files } from "@stepwire/core/registry";

/** The schema that is used without `--descriptor`: all messages of Stepwire, with their imports. */
export const builtInFiles: readonly DescFile[] = withImports(files, new Set());

function withImports(files: readonly DescFile[], found: Set<DescFile>): DescFile[] {
  for (const file of files) {
    if (!found.has(file)) {
      found.add(file);
      withImports(file.dependencies, found);
    }
  }
  return [...found];
}
