import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it, onTestFinished } from "vitest";
import { root } from "../../library/command.ts";
import { Project } from "./support/project.ts";

const timeout = 180_000;

it("issue 16: the command, installed as its README says", { timeout }, async () => {
  const readme = readFileSync(join(root, "packages/cli/README.md"), "utf8");
  const [, install = ""] = /^```sh\n(npm install .*)\n```/mu.exec(readme) ?? [];
  expect(install).toContain("@stepwire/cli");

  const project = new Project();
  onTestFinished(() => project.remove());
  // A global installation does not read the configuration of a project, nor may it change ours.
  project.write("global.npmrc", `@stepwire:registry=${inject("registry")}\nprefix=global\n`);
  const globally = "npm_config_userconfig=$PWD/global.npmrc npm_config_prefix=$PWD/global";
  await project.run(`${globally} ${install}`);

  const thread = '{"id":"thread_1","object":"thread","created_at":1760000000,"note":[1e400]}';
  project.write("thread.json", thread);
  project.write("threads.jsonl", `${thread}\n${thread}\n`);
  const run = (line: string): Promise<string> => project.run(`PATH=$PWD/global/bin:$PATH; ${line}`);
  await run("stepwire encode thread.json -o thread.bin");
  expect((await run("stepwire decode thread.bin --type thread")).trim()).toBe(thread);
  await run("stepwire pack threads.jsonl -o threads.archive");
  expect(await run("stepwire unpack threads.archive")).toBe(`${thread}\n${thread}\n`);
});
