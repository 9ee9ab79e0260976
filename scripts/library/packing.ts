import { existsSync, globSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, root, run } from "./command.ts";
import { type Manifest, readWorkspace, type WorkspacePackage } from "./workspace.ts";

/** Returns the packages that are published to npm. */
export function publishedPackages(): WorkspacePackage[] {
  return readWorkspace(root).filter(({ manifest }) => manifest.private !== true);
}

/** Removes what was built of a package, so that files of removed sources are not packed. */
export function removeBuild(folder: string): void {
  rmSync(join(folder, "dist"), { recursive: true, force: true });
}

/** Builds the package with this name and the packages that it imports; without a name, all. */
export function buildPackages(name?: string): Promise<CommandResult> {
  const packages = name === undefined ? publishedPackages() : [{ manifest: { name } }];
  return run([
    ...["turbo", "run", "build", "--output-logs=errors-only"],
    ...packages.map(({ manifest }) => `--filter=${manifest.name}`),
  ]);
}

/** A tarball, as it would be published. */
export interface Tarball {
  readonly name: string;
  /** The path of the file. */
  readonly path: string;
  /** The paths of the files in it, sorted. */
  readonly files: readonly string[];
}

/** Writes the tarball of a package that is built already into a folder, which may be missing. */
export async function pack(
  { directory, manifest }: Pick<WorkspacePackage, "directory" | "manifest">,
  destination: string,
): Promise<Tarball> {
  mkdirSync(destination, { recursive: true });
  const { succeeded, output } = await run(
    ["pnpm", "pack", "--ignore-scripts", "--json", "--pack-destination", destination],
    { directory: join(root, directory) },
  );
  if (!succeeded) {
    throw new Error(`${manifest.name} cannot be packed:\n${output}`);
  }
  const { filename, files } = JSON.parse(output) as {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  };
  return { name: manifest.name, path: filename, files: files.map(({ path }) => path).sort() };
}

/**
 * Returns what `exports`, `bin`, `types` and `files` of a manifest name and the folder does not
 * have. A name with a wildcard must match at least one file.
 */
export function missingFiles(folder: string, manifest: Manifest): string[] {
  const { exports = {}, bin = {}, types, files = [] } = manifest;
  const targets = [...Object.values(exports).flatMap(targetsOf), ...targetsOf(bin), ...files];
  const named = [...targets, ...(types === undefined ? [] : [types])];
  return [...new Set(named)].filter((path) =>
    path.includes("*")
      ? globSync(path, { cwd: folder }).length === 0
      : !existsSync(join(folder, path)),
  );
}

/** Returns the paths in a target of `exports`: one, or one for each condition. */
function targetsOf(target: unknown): string[] {
  if (typeof target === "string") {
    return [target];
  }
  return typeof target === "object" && target !== null
    ? Object.values(target).flatMap(targetsOf)
    : [];
}
