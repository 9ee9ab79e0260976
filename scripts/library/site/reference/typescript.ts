import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../command.ts";
import { generator, repository } from "../project.ts";
import type { ReferenceBuilder } from "./reference.ts";
import { runTool } from "./tools.ts";

/**
 * Exports that are not documented: those that only our own packages use, and the messages, which
 * the reference of the schema describes.
 */
const excluded =
  /^@stepwire\/(?:core|cli)|\/(?:internal|lazy-descriptors|line-kernel|archive-layout|stepwire\/json\/v1\/\*_pb\.js)$/u;

/** TypeScript, by TypeDoc. It brings a TypeScript of its own, because version 7 has no API for it. */
export const typescriptReference: ReferenceBuilder = {
  name: "typescript",
  language: "TypeScript",
  about: "all packages for npm; the messages are those of the [schema](/reference/proto/)",
  address: "reference/typescript/",
  missing: () => Promise.resolve(undefined),
  async build(folder) {
    const work = mkdtempSync(join(tmpdir(), "stepwire-typedoc-"));
    const options = join(work, "typedoc.json");
    const settings = {
      name: "Stepwire",
      entryPoints: entryPoints(),
      basePath: root,
      displayBasePath: root,
      tsconfig: join(generator, "typedoc.tsconfig.json"),
      out: folder,
      readme: "none",
      // `pnpm typecheck` checks with the compiler of the project.
      skipErrorChecking: true,
      excludeExternals: true,
      excludeInternal: true,
      excludePrivate: true,
      excludeTags: ["@generated"],
      blockTags: ["@generated", "@param", "@returns", "@throws", "@example", "@deprecated", "@see"],
      disableGit: true,
      sourceLinkTemplate: `${repository}/blob/main/{path}#L{line}`,
      navigationLinks: { Docs: "/" },
      logLevel: "Error",
    };
    writeFileSync(options, JSON.stringify(settings));
    try {
      const program = join(generator, "node_modules/typedoc/bin/typedoc");
      await runTool([process.execPath, program, "--options", options]);
    } finally {
      rmSync(work, { recursive: true });
    }
    return [];
  },
};

/** The modules that programs import from the published packages. */
function entryPoints(): string[] {
  return globSync("packages/*/package.json", { cwd: root })
    .sort()
    .flatMap((path) => {
      const manifest: unknown = JSON.parse(readFileSync(join(root, path), "utf8"));
      const { name, exports = {}, ...rest } = manifest as Manifest;
      if (rest.private === true) {
        return [];
      }
      return Object.entries(exports)
        .filter(([entry]) => !excluded.test(`${name}${entry.slice(1)}`))
        .flatMap(([, target]) => {
          const source = typeof target === "string" ? undefined : target["@stepwire/source"];
          return source === undefined ? [] : [join(root, path, "..", source)];
        })
        .filter((file) => existsSync(file));
    });
}

/** The parts of a package.json that are read here. */
interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}
