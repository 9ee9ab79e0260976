import { posix } from "node:path";
import { importsOf } from "./imports.ts";
import type { SourceFile } from "./workspace.ts";

/**
 * Where files may import each other, because documents nest: a value contains members, and a member
 * contains a value. All files of the circle must begin with the same path.
 */
const recursive: readonly string[] = [
  "packages/accumulate/assembly/merge/",
  "packages/openai-json/src/decode/",
  "packages/openai-json/src/encode/",
  "packages/transcode/assembly/to-binary-",
  "packages/transcode/assembly/to-json-",
];

/**
 * Returns the circles of a graph: the largest groups in which each node leads to each other one.
 *
 * @param edges - The nodes, each with the nodes that it leads to.
 */
export function findCircles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachable = new Map([...edges.keys()].map((node) => [node, reachableFrom(node, edges)]));
  const reaches = (from: string, to: string): boolean => reachable.get(from)?.has(to) === true;
  const done = new Set<string>();
  const circles: string[][] = [];
  for (const node of edges.keys()) {
    if (reaches(node, node) && !done.has(node)) {
      const circle = [...edges.keys()].filter(
        (other) => reaches(node, other) && reaches(other, node),
      );
      for (const each of circle) {
        done.add(each);
      }
      circles.push(circle);
    }
  }
  return circles;
}

function reachableFrom(
  start: string,
  edges: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const next of edges.get(node) ?? []) {
      if (!found.has(next)) {
        found.add(next);
        open.push(next);
      }
    }
  }
  return found;
}

/**
 * Returns the files that import each other, type imports included.
 *
 * @param files - All hand-written files, with paths relative to the root.
 */
export function circleViolations(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file).flatMap((specifier) => resolve(file.path, specifier, paths) ?? []),
    ]),
  );
  return findCircles(edges)
    .filter((circle) => !recursive.some((start) => circle.every((path) => path.startsWith(start))))
    .map((circle) => `${circle.join(", ")}: these files import each other`);
}

/** Returns the file that a relative import means; undefined if it is none of the files. */
function resolve(from: string, specifier: string, paths: ReadonlySet<string>): string | undefined {
  if (!specifier.startsWith(".")) {
    return undefined;
  }
  const target = posix.join(posix.dirname(from), specifier);
  const name = target.replace(/\.js$/, "");
  return [target, `${name}.ts`, `${name}.tsx`].find((path) => paths.has(path));
}
