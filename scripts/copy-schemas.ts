/*
 * Copies `.proto` files into the package in the current folder, so that schemas outside this
 * repository can import them: the folders given, such as `stepwire/json`, or all.
 */
import { cpSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./library/command.ts";

const schemas = join(root, "proto");
const copies = join(process.cwd(), "proto");
const folders = process.argv.slice(2);

rmSync(copies, { recursive: true, force: true });
for (const folder of folders.length > 0 ? folders : ["stepwire"]) {
  cpSync(join(schemas, folder), join(copies, folder), {
    recursive: true,
    // Beside imported schemas are the config and the lock file of their import.
    filter: (path) => path.endsWith(".proto") || statSync(path).isDirectory(),
  });
}
