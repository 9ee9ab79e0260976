import { join } from "node:path";
import { Project } from "./project.ts";

/** The oldest version of Node that packages allow, that of `@stepwire/connect`, and the newest. */
const nodes = ["20.19.0", "22.19.0", "24.21.0"];

const system = `${process.platform}-${process.arch}`;
const bun = `@oven/bun-${system.replace("arm64", "aarch64")}`;
const deno = `@deno/${system}${process.platform === "linux" ? "-glibc" : ""}`;

/** The names of all runtimes. */
export const runtimeNames: readonly string[] = [
  ...nodes.map((each) => `Node ${each}`),
  "Bun",
  "Deno",
];

/** Programs that run JavaScript. */
export interface Runtimes {
  /** The command of each runtime, to which the path of a file is appended. */
  readonly runtimes: ReadonlyMap<string, string>;
  remove(): void;
}

/** Installs the runtimes from npm, in a project of their own. */
export async function installRuntimes(): Promise<Runtimes> {
  const project = new Project();
  const named = nodes.map((version) => `node-${version}@npm:node-${system}@${version}`);
  await project.run(`npm install ${[...named, `${bun}@1.4.5`, `${deno}@2.9.6`].join(" ")}`);
  const modules = join(project.folder, "node_modules");
  return {
    runtimes: new Map([
      ...nodes.map((node) => [`Node ${node}`, join(modules, `node-${node}/bin/node`)] as const),
      ["Bun", join(modules, bun, "bin/bun")],
      ["Deno", `${join(modules, deno, "deno")} run --allow-all`],
    ]),
    remove: () => project.remove(),
  };
}
