/*
 * The stages of `pnpm release:check`: everything that a release does, except that nothing is
 * published. What it builds is in `dist`.
 */
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { root, run } from "../command.ts";
import { buildPackages, pack, publishedPackages } from "../packing.ts";
import { changelogFile } from "../readme.ts";
import type { Outcome, Stage } from "../stage.ts";
import { goTool, javaTool, pythonTool, rustTool, type Tool, withTools } from "../tools.ts";
import { npmVersion } from "../versions.ts";
import { listArchive, listFolder, listTar, listWheel, readTar } from "./archives.ts";
import { notesOf, readChangesets } from "./changelog.ts";
import {
  type Contents,
  checkContents,
  crateContents,
  goContents,
  jarContents,
  npmContents,
  sdistContents,
  wheelContents,
} from "./contents.ts";
import { onCopy } from "./copy.ts";
import { createSboms } from "./sbom.ts";

const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

const version = npmVersion(root);

/** Creates a stage that fails with the problems that it finds. */
function stage(name: string, find: () => Promise<Found>, ...tools: readonly Tool[]): Stage {
  return {
    name,
    run: () =>
      withTools(tools, async (): Promise<Outcome> => {
        const { problems, note } = await find();
        return problems.length === 0
          ? { state: "passed", note }
          : { state: "failed", output: problems.join("\n") };
      }),
  };
}

interface Found {
  readonly problems: readonly string[];
  readonly note: string;
}

async function lintWorkflows(): Promise<Found> {
  const files = globSync(".github/workflows/*.yml", { cwd: root });
  const { succeeded, output } = await run(["go", "run", ACTIONLINT, "-no-color", ...files]);
  return { problems: succeeded ? [] : [output], note: `${files.length} files` };
}

async function checkVersions(): Promise<Found> {
  const { succeeded, output } = await run(["node", "scripts/check-versions.ts"]);
  return { problems: succeeded ? [] : [output], note: version };
}

/** Checks that a tagged version has its changelog. */
function findNotes(): Promise<Found> {
  const notes = notesOf(readFileSync(changelogFile, "utf8"), version);
  const pending = readChangesets(root).map(({ file }) => `${file} is not in the changelog`);
  const missing = notes === undefined ? [`CHANGELOG.md has no section for ${version}`] : [];
  return Promise.resolve({ problems: [...missing, ...pending], note: version });
}

/** Makes the next version on a copy, as a release does. */
async function tryVersion(): Promise<Found> {
  if (readChangesets(root).length === 0) {
    return { problems: [], note: `nothing new since ${version}` };
  }
  return await onCopy(async (folder) => {
    const made = await run(["node", "scripts/release-version.ts"], { directory: folder });
    if (!made.succeeded) {
      return { problems: [made.output], note: "" };
    }
    const next = npmVersion(folder);
    const notes = notesOf(readFileSync(join(folder, "CHANGELOG.md"), "utf8"), next);
    const problems = [
      ...(notes === undefined ? [`CHANGELOG.md has no section for ${next}`] : []),
      ...globSync(".changeset/*.md", { cwd: folder })
        .filter((file) => basename(file) !== "README.md")
        .map((file) => `${file} is still there`),
      ...publishedPackages().flatMap(({ directory }) => {
        const [first] = globSync(`${directory}/CHANGELOG.md`, { cwd: folder });
        const text = first === undefined ? "" : readFileSync(join(folder, first), "utf8");
        return text.includes(`\n## ${next}\n`) ? [] : [`${directory}/CHANGELOG.md lacks ${next}`];
      }),
    ];
    const checked = await run(["node", "scripts/check-versions.ts"], { directory: folder });
    return {
      problems: checked.succeeded ? problems : [...problems, checked.output],
      note: `the next version is ${next}, with ${notes?.match(/^- /gm)?.length ?? 0} entries`,
    };
  });
}

async function packNpm(): Promise<Found> {
  const built = await buildPackages();
  if (!built.succeeded) {
    return { problems: [built.output], note: "" };
  }
  const destination = join(root, "dist/npm");
  rmSync(destination, { recursive: true, force: true });
  const problems: string[] = [];
  const packages = publishedPackages();
  for (const published of packages) {
    const { path, files } = await pack(published, destination);
    const name = basename(path);
    problems.push(...checkContents(name, files, npmContents));
    problems.push(...checkManifest(name, await readTar(path, "package/package.json")));
    problems.push(...(await tryPublish(path)));
  }
  return { problems, note: `${packages.length} tarballs` };
}

/** Discard: nothing answers there, so that nothing can be published, and nothing is asked. */
const NO_REGISTRY = "http://127.0.0.1:9";

/** Returns what npm would change in a manifest before it publishes it, or why it refuses it. */
async function tryPublish(path: string): Promise<string[]> {
  const registry = ["--registry", NO_REGISTRY, "--fetch-retries", "0"];
  const { succeeded, output } = await run([
    ...["npm", "publish", "--dry-run", "--access", "public"],
    ...registry,
    path,
  ]);
  const warnings = output
    .split("\n")
    .filter(
      (line) => line.startsWith("npm warn") && !line.includes("requires you to be logged in"),
    );
  return succeeded ? warnings.map((line) => `${basename(path)}: ${line}`) : [output];
}

/** Returns what is wrong with a manifest in a tarball. */
export function checkManifest(archive: string, text: string): string[] {
  const manifest = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const ranges = ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((kind) =>
    Object.entries((manifest[kind] ?? {}) as Readonly<Record<string, string>>),
  );
  return [
    ...(manifest["version"] === version
      ? []
      : [`${archive} has the version ${manifest["version"]}`]),
    ...(manifest["license"] === "Apache-2.0" ? [] : [`${archive} has no licence in its manifest`]),
    ...ranges
      .filter(([, range]) => /^(?:workspace|catalog|file|link):/.test(range))
      .map(([name, range]) => `${archive} needs ${name} as ${range}, which no registry knows`),
  ];
}

async function makeSboms(): Promise<Found> {
  const folder = join(root, "dist/sbom");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const names = publishedPackages().map(({ manifest }) => manifest.name);
  const problems = await createSboms(names, version, folder);
  return { problems, note: `${names.length} documents` };
}

/** An archive that a language's build writes, with what it may contain. */
interface Archive {
  readonly path: string;
  readonly contents: Contents;
  list(path: string): Promise<string[]>;
}

/** Builds a language's package, and checks the archives. */
async function packLanguage(language: string, archives: readonly Archive[]): Promise<Found> {
  const built = await run(["pnpm", "--silent", `package:${language}`]);
  if (!built.succeeded) {
    return { problems: [built.output], note: "" };
  }
  const problems: string[] = [];
  const folder = join(root, "dist", language);
  const names: string[] = [];
  for (const { path, contents, list } of archives) {
    const name = path.includes("*") ? (globSync(path, { cwd: folder })[0] ?? path) : path;
    const files = await list(join(folder, name));
    problems.push(...checkContents(name, files, contents));
    names.push(basename(name));
  }
  return { problems, note: names.join(", ") };
}

const java = `io/github/stepwire/stepwire/${version}`;

async function packJava(): Promise<Found> {
  const jar = `${java}/stepwire-${version}.jar`;
  const found = await packLanguage("java", [
    { path: jar, contents: jarContents, list: listArchive },
  ]);
  const files = found.problems.length > 0 ? [] : listFolder(join(root, "dist/java", java));
  const needed = [".jar", "-sources.jar", "-javadoc.jar", ".pom"].map(
    (end) => `stepwire-${version}${end}`,
  );
  const missing = found.problems.length > 0 ? [] : needed.filter((file) => !files.includes(file));
  return {
    problems: [...found.problems, ...missing.map((file) => `dist/java/${java} lacks ${file}`)],
    note: found.note,
  };
}

async function packGo(): Promise<Found> {
  return await packLanguage("go", [
    { path: "", contents: goContents, list: (path) => Promise.resolve(listFolder(path)) },
  ]);
}

/**
 * Returns all stages, in order.
 *
 * @param tagged whether the version is already that of a release.
 */
export function releaseStages(tagged = false): readonly Stage[] {
  return [
    stage("workflows", lintWorkflows, goTool),
    stage("versions", checkVersions),
    stage("changelog", tagged ? findNotes : tryVersion),
    stage("npm", packNpm),
    stage("SBOM", makeSboms),
    stage(
      "python",
      () =>
        packLanguage("python", [
          {
            // Its name ends with the system and the processor.
            path: `stepwire-${version}-cp3*.whl`,
            contents: wheelContents,
            list: listWheel,
          },
          { path: `stepwire-${version}.tar.gz`, contents: sdistContents, list: listTar },
        ]),
      pythonTool,
      rustTool,
    ),
    stage(
      "rust",
      () =>
        packLanguage("rust", [
          { path: `stepwire-${version}.crate`, contents: crateContents, list: listTar },
        ]),
      rustTool,
    ),
    stage("java", packJava, javaTool, rustTool),
    stage("go", packGo, goTool),
  ];
}
