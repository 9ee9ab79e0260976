import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../command.ts";
import { writeConversion } from "../../conversion/files.ts";
import { missingTool, pythonTool } from "../../tools.ts";
import { repository } from "../project.ts";
import type { ReferenceBuilder } from "./reference.ts";
import { runTool } from "./tools.ts";

// renovate: datasource=pypi depName=pydoctor
const VERSION = "25.10.1";
const environment = join(root, "node_modules/.cache/stepwire/pydoctor", VERSION);

/**
 * Python, by pydoctor, which reads sources without importing them: so the native module need not be
 * built. What that module has comes from its stub.
 */
export const pythonReference: ReferenceBuilder = {
  name: "python",
  language: "Python",
  about: "the package `stepwire`",
  address: "reference/python/",
  missing: () => missingTool([pythonTool]),
  async build(folder) {
    const python = join(environment, "bin/python");
    if (!existsSync(python)) {
      await runTool(["python3", "-m", "venv", environment]);
      const options = ["--quiet", "--disable-pip-version-check"];
      await runTool([python, "-m", "pip", "install", ...options, `pydoctor==${VERSION}`]);
    }
    const written = await writeConversion("python");
    if (!written.succeeded) {
      throw new Error(written.output);
    }
    const work = mkdtempSync(join(tmpdir(), "stepwire-pydoctor-"));
    try {
      const copy = join(work, "stepwire");
      cpSync(join(root, "packages/stepwire-py/src/stepwire"), copy, {
        recursive: true,
        filter: (path) => !/__pycache__|_pb2/u.test(path),
      });
      renameSync(join(copy, "_native.pyi"), join(copy, "_native.py"));
      await runTool([
        python,
        ...["-m", "pydoctor", "--quiet"],
        ...["--project-name=Stepwire for Python", "--project-url=/"],
        ...["--docformat=google", "--theme=readthedocs", `--project-base-dir=${work}`],
        `--html-viewsource-base=${repository}/blob/main/packages/stepwire-py/src`,
        ...[`--html-output=${folder}`, copy],
      ]);
    } finally {
      rmSync(work, { recursive: true });
    }
    return [];
  },
};
