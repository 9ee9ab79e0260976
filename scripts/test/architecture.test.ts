import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../library/command.ts";
import { readWorkspace } from "../library/workspace.ts";

const page = readFileSync(join(root, "docs/architecture.md"), "utf8");

/** Every path of the project that the page has in back quotes. */
const paths = [...page.matchAll(/`((?:packages|apps|proto|scripts|docs)\/[^`\s]*)`/g)].map(
  ([, path = ""]) => path,
);

/** The numbered lists of modules, one for each way. */
const ways = [...page.matchAll(/(?:^\d+\. `[^`]+`.*\n)+/gm)].map(([list]) =>
  [...list.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, path = ""]) => path),
);

/** The arrows of the picture that mean "imports". */
const edges = [...page.matchAll(/^ {2}([\w-]+) --> ([\w-]+)$/gm)].map(
  ([, from = "", to = ""]) => [from, to] as const,
);

test("names only paths that exist", () => {
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("counts at most ten modules on each way", () => {
  expect(ways.map((way) => way.length)).toEqual([10, 10, 8, 9]);
});

test("draws imports that exist, and all that do not follow from others", () => {
  const drawn = new Set(edges.flat());
  const dependencies = new Map(
    readWorkspace(root)
      .map(({ directory, manifest }) => ({ name: basename(directory), manifest }))
      .filter(({ name }) => drawn.has(name))
      .map(({ name, manifest }) => [
        name,
        Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
          .filter((each) => each.startsWith("@stepwire/"))
          .map((each) => each.slice("@stepwire/".length)),
      ]),
  );
  expect(edges.filter(([from, to]) => dependencies.get(from)?.includes(to) !== true)).toEqual([]);
  for (const [name, imported] of dependencies) {
    expect([...reachable(name)], name).toEqual(expect.arrayContaining(imported));
  }
});

/** The packages that a package imports by the arrows, directly or not. */
function reachable(from: string, found = new Set<string>()): Set<string> {
  for (const [start, end] of edges) {
    if (start === from && !found.has(end)) {
      found.add(end);
      reachable(end, found);
    }
  }
  return found;
}
