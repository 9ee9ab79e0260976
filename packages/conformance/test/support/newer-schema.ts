import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileRegistry } from "@bufbuild/protobuf";
import { buildFolder, projectRoot, registryOf } from "@stepwire/testing";

const buf = join(projectRoot, "node_modules/.bin/buf");

/** A piece of a page that is added to a file of the schema. */
interface Addition {
  /** The block that it is added to, such as `message RunStep`; absent for the file itself. */
  readonly block: string | undefined;
  readonly file: string;
  readonly text: string;
}

/** Returns the pieces of Protobuf on a page, with the place that each is added to. */
export function readAdditions(page: string): Addition[] {
  const pattern = /<!-- add to (?:(\w+ \w+) in )?(\w+\.proto) -->\n```protobuf\n(.*?)```/gs;
  return [...page.matchAll(pattern)].map(([, block, file = "", text = ""]) => ({
    block,
    file,
    text,
  }));
}

/** The schema of the project with the pieces, in a folder that is deleted afterwards. */
export class NewerSchema {
  readonly #folder = mkdtempSync(join(tmpdir(), "stepwire-evolution-"));

  constructor(additions: readonly Addition[]) {
    cpSync(join(projectRoot, "proto"), this.#folder, { recursive: true });
    for (const addition of additions) {
      this.edit(addition.file, (content) => insert(content, addition));
    }
  }

  /** Changes a file of the schema, which must be different afterwards. */
  edit(file: string, change: (content: string) => string): void {
    const path = join(this.#folder, "stepwire/v1", file);
    const content = readFileSync(path, "utf8");
    const changed = change(content);
    if (changed === content) {
      throw new Error(`nothing was changed in ${file}`);
    }
    writeFileSync(path, changed);
  }

  compile(): FileRegistry {
    return registryOf(buildFolder(this.#folder));
  }

  /** Returns what `buf breaking` reports compared with the schema of the project; empty if nothing. */
  breaking(): string {
    const against = join(projectRoot, "proto");
    return spawnSync(buf, ["breaking", this.#folder, "--against", against], {
      cwd: tmpdir(),
      encoding: "utf8",
    }).stdout;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** Before the brace that closes the block, or at the end of the file. */
function insert(content: string, { block, text }: Addition): string {
  if (block === undefined) {
    return `${content}\n${text}`;
  }
  const start = content.search(new RegExp(`\\b${block} \\{`));
  if (start === -1) {
    throw new Error(`there is no ${block}`);
  }
  const indent = /[ ]*$/.exec(content.slice(0, start))?.[0] ?? "";
  const end = content.indexOf(`\n${indent}}\n`, start);
  return `${content.slice(0, end + 1)}${text}${content.slice(end + 1)}`;
}
