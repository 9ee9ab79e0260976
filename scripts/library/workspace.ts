import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The part of a package.json that is used by the scripts. */
export interface Manifest {
  name: string;
  private?: boolean;
  exports?: Record<string, unknown>;
  bin?: Record<string, string>;
  types?: string;
  files?: string[];
  description?: string;
  keywords?: string[];
  engines?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** A hand-written source file or test. */
export interface SourceFile {
  /** The path relative to the package or to the root, with slashes: "src/index.ts". */
  path: string;
  text: string;
}

/** A package or an app of the workspace. */
export interface WorkspacePackage {
  /** The path relative to the root, with slashes: "packages/core". */
  directory: string;
  manifest: Manifest;
  files: SourceFile[];
}

/** Returns all packages and apps with their sources and tests. */
export function readWorkspace(root: string): WorkspacePackage[] {
  return globSync("{packages,apps}/*/package.json", { cwd: root })
    .sort()
    .map((path) => {
      const directory = dirname(path);
      return {
        directory: directory.replaceAll("\\", "/"),
        manifest: JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest,
        files: readFiles(join(root, directory)),
      };
    });
}

function readFiles(directory: string): SourceFile[] {
  return globSync("{src,test}/**/*.{ts,tsx}", { cwd: directory })
    .sort()
    .map((path) => ({
      path: relative(".", path).replaceAll("\\", "/"),
      text: readFileSync(join(directory, path), "utf8"),
    }));
}

/** Returns all hand-written TypeScript below the root, with paths relative to the root. */
export function readSources(root: string): SourceFile[] {
  const generated = /\/(?:node_modules|dist|target|gen|built|generated)$|\/\./;
  return globSync("{packages,apps,scripts}/**/*.{ts,tsx}", {
    cwd: root,
    exclude: (folder) => generated.test(`/${folder}`),
  })
    .sort()
    .map((path) => ({
      path: path.replaceAll("\\", "/"),
      text: readFileSync(join(root, path), "utf8"),
    }));
}
