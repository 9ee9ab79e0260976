import type { Manifest } from "./workspace.ts";

/** The address of the project. */
const project = "https://github.com/stepwire/stepwire";

/** What is checked of a package before it is published. */
export interface PublishedFiles {
  /** The path of the package, with slashes: "packages/core". */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly readme: string;
  /** The paths of the files in its tarball. */
  readonly files: readonly string[];
}

/**
 * Returns what a package lacks for a registry: data in the manifest, the licence, an install line,
 * links that work outside the repository.
 *
 * @param isInProject Returns whether the repository has a file or folder.
 */
export function publishingProblems(
  { directory, manifest, readme, files }: PublishedFiles,
  isInProject: (path: string) => boolean,
): string[] {
  return [
    ...manifestProblems(directory, manifest).map((text) => `${directory}/package.json: ${text}`),
    ...readmeProblems(manifest.name, readme, isInProject).map(
      (text) => `${directory}/README.md: ${text}`,
    ),
    ...["LICENSE", "README.md"]
      .filter((name) => !files.includes(name))
      .map((name) => `${directory}: the tarball has no ${name}`),
  ];
}

function manifestProblems(directory: string, manifest: Manifest): string[] {
  const expected: Readonly<Record<string, unknown>> = {
    license: "Apache-2.0",
    author: "The Stepwire authors",
    homepage: `${project}/tree/main/${directory}#readme`,
    bugs: `${project}/issues`,
    repository: { type: "git", url: `git+${project}.git`, directory },
    sideEffects: false,
    publishConfig: { access: "public" },
    ...(manifest.exports?.["."] !== undefined && { types: "./dist/index.d.ts" }),
  };
  const found: Readonly<Record<string, unknown>> = { ...manifest };
  const wrong = Object.entries(expected)
    .map(([name, value]) => [name, JSON.stringify(value)] as const)
    .filter(([name, value]) => JSON.stringify(found[name]) !== value)
    .map(([name, value]) => `${name} must be ${value}`);
  const { keywords, description, engines, dependencies = {} } = manifest;
  return [
    ...wrong,
    ...(keywords?.includes("openai") ? [] : ["keywords must contain openai"]),
    ...(description === undefined ? ["description is missing"] : []),
    ...(engines?.["node"] === undefined ? ["engines does not say which Node it needs"] : []),
    // Two copies of these would not understand each other. Programs are not imported.
    ...Object.keys(manifest.bin === undefined ? dependencies : {})
      .filter((name) => /^@(?:bufbuild|connectrpc)\//u.test(name))
      .map((name) => `${name} must be a peer dependency`),
  ];
}

function readmeProblems(
  name: string,
  readme: string,
  isInProject: (path: string) => boolean,
): string[] {
  const isInstalled = new RegExp(`^npm install .*${name}(?: |$)`, "mu").test(readme);
  const links = [...readme.matchAll(/\]\(([^)\s]+)\)/gu)].map(([, link = ""]) => link);
  return [
    ...(isInstalled ? [] : [`has no line "npm install ${name}"`]),
    ...links.flatMap((link) => {
      const [, path] =
        /^https:\/\/github\.com\/[^/]+\/[^/]+\/(?:blob|tree)\/main\/([^#]+)/u.exec(link) ?? [];
      if (path !== undefined) {
        return link.startsWith(`${project}/`) && isInProject(path)
          ? []
          : [`${link} does not exist`];
      }
      return /^(?:https:|#)/u.test(link) ? [] : [`${link} must be absolute: a registry shows it`];
    }),
  ];
}
