import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A version as npm, Cargo, Maven and Go spell it: "0.2.0" or "0.2.0-rc.1". */
const VERSION = /^\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?$/;

/** A version in a file. */
interface Place {
  /** The path relative to the root. */
  readonly path: string;
  /** Matches the version between its two groups; it may match several times. */
  readonly pattern: RegExp;
  /** Returns the version as the file spells it; by default, as npm does. */
  readonly spell?: (version: string) => string;
}

const crate = /(\nname = "stepwire"\nversion = ")[^"\n]+(")/g;

/** The manifests and install lines of the packages for other languages. */
const places: readonly Place[] = [
  {
    path: "packages/stepwire-py/pyproject.toml",
    pattern: /(\nname = "stepwire"\nversion = ")[^"\n]+(")/g,
    spell: toPythonVersion,
  },
  { path: "packages/stepwire-py/native/Cargo.lock", pattern: crate },
  { path: "packages/stepwire-rs/Cargo.toml", pattern: crate },
  { path: "packages/stepwire-rs/Cargo.lock", pattern: crate },
  { path: "packages/stepwire-rs/bench/Cargo.lock", pattern: crate },
  { path: "packages/stepwire-java/native/Cargo.lock", pattern: crate },
  {
    path: "packages/stepwire-rs/README.md",
    pattern: /(\nstepwire = (?:\{ version = )?")[^"]+(")/g,
  },
  {
    path: "packages/stepwire-java/pom.xml",
    pattern: /(\n {2}<artifactId>stepwire<\/artifactId>\n {2}<version>)[^<]+(<)/g,
  },
  {
    path: "packages/stepwire-java/README.md",
    pattern:
      /(<artifactId>stepwire<\/artifactId>\s+<version>|io\.github\.stepwire:stepwire:)[^<"]+(<|")/g,
  },
  { path: "README.md", pattern: /(`io\.github\.stepwire:stepwire:)[^`]+(`)/g },
  { path: "packages/stepwire-go/version.go", pattern: /(\nconst Version = ")[^"]+(")/g },
];

/** The version that a file has. */
export interface FoundVersion {
  readonly path: string;
  readonly version: string;
}

/** Returns the versions of all published packages, as npm spells them, in the order of the paths. */
export function findVersions(root: string): FoundVersion[] {
  return [...npmPlaces(root), ...places].flatMap(({ path, pattern, spell = String }) => {
    const text = readFileSync(join(root, path), "utf8");
    const found = [...text.matchAll(pattern)].map(([match, before = "", after = ""]) =>
      match.slice(before.length, match.length - after.length),
    );
    if (found.length === 0) {
      throw new Error(`${path}: no version matches ${pattern}`);
    }
    return found.map((version) => ({
      path,
      version: spell === toPythonVersion ? fromPythonVersion(version) : version,
    }));
  });
}

/** Returns the version of all npm packages. They must have the same one. */
export function npmVersion(root: string): string {
  const paths = new Set(npmPlaces(root).map(({ path }) => path));
  const versions = new Set(
    findVersions(root).flatMap(({ path, version }) => (paths.has(path) ? [version] : [])),
  );
  const [version] = versions;
  if (version === undefined || versions.size > 1) {
    throw new Error(`the npm packages have different versions: ${[...versions].join(", ")}`);
  }
  return version;
}

/**
 * Sets the version of all published packages. Returns the paths of changed files.
 *
 * @param version As npm spells it: "0.2.0" or "0.2.0-rc.1".
 */
export function setVersion(root: string, version: string): string[] {
  if (!VERSION.test(version)) {
    throw new Error(`"${version}" is no version; expected one like 0.2.0 or 0.2.0-rc.1`);
  }
  return [...npmPlaces(root), ...places].flatMap(({ path, pattern, spell = String }) => {
    const file = join(root, path);
    const text = readFileSync(file, "utf8");
    const changed = text.replaceAll(
      pattern,
      (_, before: string, after: string) => `${before}${spell(version)}${after}`,
    );
    if (changed === text) {
      return [];
    }
    writeFileSync(file, changed);
    return [path];
  });
}

/** Returns the version as PyPI spells it: "0.2.0-rc.1" becomes "0.2.0rc1". */
export function toPythonVersion(version: string): string {
  return version.replace(/-(alpha|beta|rc)\./, (_, phase: string) =>
    phase === "rc" ? "rc" : phase.charAt(0),
  );
}

function fromPythonVersion(version: string): string {
  const phases: Readonly<Record<string, string>> = { a: "alpha", b: "beta", rc: "rc" };
  return version.replace(/(?<=\d)(a|b|rc)(?=\d)/, (phase) => `-${phases[phase]}.`);
}

/** Returns the manifests of the published npm packages. */
function npmPlaces(root: string): Place[] {
  return globSync("packages/*/package.json", { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => {
      const manifest: unknown = JSON.parse(readFileSync(join(root, path), "utf8"));
      return (manifest as { readonly private?: boolean }).private !== true;
    })
    .sort()
    .map((path) => ({ path, pattern: /^( {2}"version": ")[^"]+(")/gm }));
}
