import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../library/command.ts";
import { type ExampleOf, examples } from "./support/examples.ts";
import { Project } from "./support/project.ts";
import { installRuntimes, runtimeNames } from "./support/runtimes.ts";
import { typescript, writeTsconfigs } from "./support/types.ts";

const timeout = 300_000;

/** Returns the oldest version that our packages accept of another, from its range "^2.7.0". */
function oldestOf(name: string): string {
  const workspace = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const [, ranges = ""] = workspace.split(/^ {2}ranges:$/mu);
  const version = new RegExp(`^ {4}"${name}": \\^(.*)$`, "mu").exec(ranges)?.[1];
  if (version === undefined) {
    throw new Error(`pnpm-workspace.yaml has no range for ${name}`);
  }
  return version;
}

/** The packages that have to be there once, and which versions of them are tried. */
const peers = ["@bufbuild/protobuf", "@connectrpc/connect", "@connectrpc/connect-node"];
const versions = [
  { which: "oldest", install: peers.map((name) => `${name}@${oldestOf(name)}`) },
  { which: "newest", install: peers.map((name) => `${name}@2`) },
];

let runtimes: ReadonlyMap<string, string>;
let removeRuntimes: () => void;

beforeAll(async () => {
  ({ runtimes, remove: removeRuntimes } = await installRuntimes());
}, timeout);

afterAll(() => {
  removeRuntimes?.();
}, timeout);

describe.each(versions)("issue 16: with the $which peers", { timeout }, ({ which, install }) => {
  let project: Project;

  beforeAll(async () => {
    project = new Project();
    const names = examples.map(({ name }) => name);
    await project.run(`npm install ${[...names, ...install].join(" ")}`);
    await project.run(`npm install --save-dev ${typescript} @types/node@22`);
    for (const { file, example } of examples) {
      project.write(`${file}.ts`, example);
    }
  }, timeout);

  afterAll(() => {
    project?.remove();
  }, timeout);

  it("has one copy of each package", async () => {
    for (const name of [...peers, ...examples.map((each) => each.name)]) {
      const listed = await project.run(`npm ls --all --parseable ${name}`);
      expect(listed.trim().split("\n")).toHaveLength(1);
      if (which === "oldest" && peers.includes(name)) {
        const { version } = JSON.parse(project.read(`node_modules/${name}/package.json`));
        expect(version).toBe(oldestOf(name));
      }
    }
  });

  it("has no type error, with node16 and bundler", async () => {
    for (const config of writeTsconfigs(project)) {
      await project.run(`tsc -p ${config}`);
    }
  });

  describe.each(runtimeNames)("%s", (name) => {
    const allowed = examples.filter((each) => !name.startsWith("Node") || isAllowed(name, each));

    it.each(allowed)("runs the example of $name", async ({ file, output }) => {
      const command = runtimes.get(name);
      expect(await project.run(`${command} out/${file}.js`)).toBe(output);
    });
  });
});

function isAllowed(node: string, { oldestNode }: ExampleOf): boolean {
  return node.localeCompare(`Node ${oldestNode}`, "en", { numeric: true }) >= 0;
}

it("issue 16: all packages but those for services and Parquet allow Node 20", () => {
  const others = examples.filter((each) => !isAllowed("Node 20.19.0", each));
  expect(others.map(({ name }) => name)).toEqual([
    "@stepwire/connect",
    "@stepwire/handler",
    "@stepwire/parquet",
  ]);
});
