import { join } from "node:path";
import { root } from "../../command.ts";
import { goTool, missingTool } from "../../tools.ts";
import type { ReferenceBuilder, ReferencePage } from "./reference.ts";
import { runTool } from "./tools.ts";

const address = "reference/go/";

/**
 * Go, by its standard library: `go/doc` has the comments, and writes them as Markdown. The usual
 * generator around it, gomarkdoc, has had no release since 2023.
 */
export const goReference: ReferenceBuilder = {
  name: "go",
  language: "Go",
  about: "the module `github.com/stepwire/stepwire-go`",
  address,
  missing: () => missingTool([goTool]),
  async build() {
    const module = join(root, "packages/stepwire-go");
    const output = await runTool(["go", "run", "main.go", module], {
      directory: join(import.meta.dirname, "go"),
      environment: { GOFLAGS: "-mod=mod", GOWORK: "off" },
    });
    // What the program at `go/main.go` writes.
    const packages = JSON.parse(output) as readonly GoPackage[];
    return packages.map(
      ({ path, name, synopsis, markdown }): ReferencePage => ({
        slug: `${address}${path}`.replace(/\/$/u, ""),
        title: path === "" ? "Go: package stepwire" : `Go: package ${name}`,
        about: synopsis,
        markdown,
      }),
    );
  },
};

interface GoPackage {
  /** Below the module; "" for its own package. */
  readonly path: string;
  readonly name: string;
  readonly synopsis: string;
  readonly markdown: string;
}
