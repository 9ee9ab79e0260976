import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "../command.ts";

/** Returns the files of an archive, as it names them; folders are left out. */
export async function listArchive(path: string): Promise<string[]> {
  const isZip = /\.(?:whl|jar)$/.test(path);
  // The tool of the JDK reads every zip; so does Python, which a wheel needs anyway.
  const command = path.endsWith(".jar")
    ? ["jar", "tf", path]
    : isZip
      ? [
          "python3",
          "-c",
          "import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep='\\n')",
          path,
        ]
      : ["tar", "-tzf", path];
  const { succeeded, output } = await run(command);
  if (!succeeded) {
    throw new Error(`${path} cannot be read:\n${output}`);
  }
  return output.split("\n").filter((line) => line !== "" && !line.endsWith("/"));
}

/** Returns the files of a tar archive, without its outermost folder. */
export async function listTar(path: string): Promise<string[]> {
  const files = await listArchive(path);
  return files.map((file) => file.slice(file.indexOf("/") + 1));
}

/** Returns the files of a wheel, without the name and version of the folder `….dist-info`. */
export async function listWheel(path: string): Promise<string[]> {
  const files = await listArchive(path);
  return files.map((file) => file.replace(/^[^/]+\.dist-info\//, "dist-info/"));
}

/** Returns the text of a file of a tar archive. */
export async function readTar(path: string, file: string): Promise<string> {
  const { succeeded, output } = await run(["tar", "-xzOf", path, file]);
  if (!succeeded) {
    throw new Error(`${path} has no ${file}:\n${output}`);
  }
  return output;
}

/** Returns the files below a folder. */
export function listFolder(folder: string): string[] {
  return globSync("**", { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}
