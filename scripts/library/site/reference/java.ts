import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../command.ts";
import { javaTool, missingTool } from "../../tools.ts";
import type { ReferenceBuilder } from "./reference.ts";
import { runTool } from "./tools.ts";

/** Packages of generated messages: thousands of pages, which the reference of the schema has. */
const generated = ["json.*", "rpc.*", "chat.*", "responses.*", "v1"].map(
  (name) => `io.github.stepwire.${name}`,
);

/** Java, by javadoc, with the plugin that also makes the published jar of documentation. */
export const javaReference: ReferenceBuilder = {
  name: "java",
  language: "Java",
  about: "the package `io.github.stepwire`",
  address: "reference/java/",
  missing: () => missingTool([javaTool]),
  async build(folder) {
    await runTool([process.execPath, "scripts/generate-language.ts", "java"]);
    const directory = join(root, "packages/stepwire-java");
    const maven = join(directory, process.platform === "win32" ? "mvnw.cmd" : "mvnw");
    await runTool(
      [
        ...[maven, "-q", "-B", "-Pcomplete", "-DskipTests"],
        `-DexcludePackageNames=${generated.join(":")}`,
        ...["generate-sources", "javadoc:javadoc"],
      ],
      { directory },
    );
    const written = ["target/reports/apidocs", "target/site/apidocs"]
      .map((path) => join(directory, path))
      .find((path) => existsSync(path));
    if (written === undefined) {
      throw new Error("javadoc wrote nothing to packages/stepwire-java/target");
    }
    cpSync(written, folder, { recursive: true });
    return [];
  },
};
