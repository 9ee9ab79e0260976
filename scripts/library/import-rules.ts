import { posix } from "node:path";
import { findCircles } from "./import-circles.ts";
import { importsOf } from "./imports.ts";
import type { SourceFile, WorkspacePackage } from "./workspace.ts";

/**
 * The layers of packages, from bottom to top. A package may import from the rows above its own row
 * in this list. Packages not listed are apps, which may import from all of them. Tests may also
 * import from other rows what their package lists as a development dependency.
 */
const layers: string[][] = [
  ["@stepwire/mapping", "@stepwire/json"],
  ["@stepwire/wire", "@stepwire/accumulate"],
  ["@stepwire/core", "@stepwire/protoc-gen-openai-types"],
  ["@stepwire/openai-json"],
  ["@stepwire/transcode", "@stepwire/parquet"],
  ["@stepwire/openai-sse", "@stepwire/connect"],
  ["@stepwire/openapi-to-proto", "@stepwire/handler", "@stepwire/doctor"],
  ["@stepwire/cli"],
];

/** Packages for tests and measurements. They may import all packages and are not published. */
const tooling = ["@stepwire/testing", "@stepwire/conformance", "@stepwire/bench", "@stepwire/fuzz"];

const scope = "@stepwire/";

function layerOf(name: string): number {
  const layer = layers.findIndex((row) => row.includes(name));
  return layer === -1 ? layers.length : layer;
}

/** Returns whether code of one package may import another. */
function mayImport(importer: string, imported: string): boolean {
  if (tooling.includes(importer)) {
    return true;
  }
  return !tooling.includes(imported) && layerOf(imported) < layerOf(importer);
}

/** Returns the violations in package.json files. */
export function manifestViolations(packages: WorkspacePackage[]): string[] {
  const violations: string[] = [];
  for (const { directory, manifest } of packages) {
    const { devDependencies, ...shipped } = dependenciesOf(manifest);
    for (const [name, version] of Object.entries({ ...shipped.all, ...devDependencies })) {
      const expected = name.startsWith(scope) ? "workspace:" : "catalog:";
      if (!version.startsWith(expected)) {
        violations.push(`${directory}/package.json: ${name} must be "${expected}", not ${version}`);
      }
    }
    for (const name of Object.keys(shipped.all)) {
      if (name.startsWith(scope) && !mayImport(manifest.name, name)) {
        violations.push(`${directory}/package.json: ${manifest.name} must not depend on ${name}`);
      }
    }
  }
  return [...violations, ...circleViolations(packages)];
}

function dependenciesOf(manifest: WorkspacePackage["manifest"]): {
  all: Record<string, string>;
  devDependencies: Record<string, string>;
} {
  return {
    all: {
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    },
    devDependencies: manifest.devDependencies ?? {},
  };
}

/**
 * Returns packages that depend on each other, including development dependencies; neither could be
 * built or checked before the other. Therefore a shared test helper cannot import the package whose
 * tests use it.
 */
function circleViolations(packages: WorkspacePackage[]): string[] {
  const edges = new Map(
    packages.map(({ manifest }) => {
      const { all, devDependencies } = dependenciesOf(manifest);
      return [manifest.name, Object.keys({ ...all, ...devDependencies })];
    }),
  );
  return findCircles(edges).map((circle) => `package.json: a circle: ${circle.join(", ")}`);
}

/** Returns the violations in the imports of one package. */
export function importViolations(
  importer: WorkspacePackage,
  packages: WorkspacePackage[],
): string[] {
  const known = new Set(packages.map((each) => each.manifest.name));
  return importer.files.flatMap((file) =>
    importsOf(file)
      .map((specifier) => reasonAgainst(importer, file, specifier, known))
      .filter((reason) => reason !== undefined)
      .map((reason) => `${importer.directory}/${file.path}: ${reason}`),
  );
}

/** Returns the reason why an import is not allowed; undefined if it is allowed. */
function reasonAgainst(
  importer: WorkspacePackage,
  file: SourceFile,
  specifier: string,
  known: Set<string>,
): string | undefined {
  const isTest = file.path.startsWith("test/");
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(file.path), specifier);
    if (target.startsWith("..")) {
      return `"${specifier}" leaves the package; import the other package by its name`;
    }
    return !isTest && target.startsWith("test/") ? `"${specifier}" is a test` : undefined;
  }
  const imported = specifier.split("/").slice(0, 2).join("/");
  if (!known.has(imported) || imported === importer.manifest.name) {
    return undefined;
  }
  const allowed = isTest && (tooling.includes(imported) || isForTests(importer, imported));
  return allowed || mayImport(importer.manifest.name, imported)
    ? undefined
    : `${importer.manifest.name} must not import ${imported}`;
}

/** Returns whether tests may import a package: a development dependency that creates no cycle. */
function isForTests({ manifest }: WorkspacePackage, imported: string): boolean {
  return Object.hasOwn(manifest.devDependencies ?? {}, imported);
}
