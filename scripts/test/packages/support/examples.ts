import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../library/command.ts";
import { publishedPackages } from "../../../library/packing.ts";
import { type ReadmeStart, readmeStart } from "./readme.ts";

/** Programs: their READMEs begin with commands, which tests of their own run. */
const programs = ["@stepwire/cli", "@stepwire/protoc-gen-openai-types"];

/** A package that programs import, and the start of its README. */
export interface ExampleOf extends ReadmeStart {
  readonly name: string;
  /** The name without its scope. */
  readonly file: string;
  /** The oldest version of Node that the package allows, such as "20.19". */
  readonly oldestNode: string;
}

/** The examples of all packages that programs import. */
export const examples: readonly ExampleOf[] = publishedPackages()
  .filter(({ manifest }) => !programs.includes(manifest.name))
  .map(({ directory, manifest: { name, engines } }) => {
    const start = readmeStart(readFileSync(join(root, directory, "README.md"), "utf8"));
    const [, oldestNode] = /^>=([\d.]+)$/.exec(engines?.["node"] ?? "") ?? [];
    if (start === undefined || oldestNode === undefined) {
      throw new Error(`${directory}: expected an install line, an example and what it prints`);
    }
    return { ...start, name, file: name.replace(/^@stepwire\//, ""), oldestNode };
  });
