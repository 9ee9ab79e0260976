import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { root } from "../../library/command.ts";
import { examples } from "./support/examples.ts";
import { Project } from "./support/project.ts";
import { typescript } from "./support/types.ts";

const timeout = 300_000;

/** Returns the server of the first example in the README, and the client for browsers. */
function examplesOfReadme(): { readonly server: string; readonly client: string } {
  const [server] =
    examples.find(({ file }) => file === "connect")?.example.split("// The client") ?? [];
  const readme = readFileSync(join(root, "packages/connect/README.md"), "utf8");
  const [, , client] = readme.split(/^```ts\n/mu);
  if (server === undefined || client === undefined) {
    throw new Error("the README of connect has no example of a server and of a client");
  }
  return { server, client: client.split("```")[0] ?? "" };
}

it("issue 16: the client for browsers, bundled, without types of Node", { timeout }, async () => {
  const { server, client } = examplesOfReadme();
  const project = new Project();
  onTestFinished(() => project.remove());
  await project.run(
    `npm install @stepwire/connect @stepwire/core @bufbuild/protobuf @connectrpc/connect @connectrpc/connect-web esbuild@0.28.2 ${typescript}`,
  );
  project.write("client.ts", client);
  await project.run(
    "tsc client.ts --noEmit --strict --skipLibCheck false --target es2022 --lib es2022,dom,dom.iterable,dom.asynciterable --module esnext --moduleResolution bundler",
  );
  const browser = "--bundle --minify --platform=browser --format=esm --target=es2022";
  await project.run(`esbuild client.ts ${browser} --outfile=client.js`);
  expect(project.read("client.js")).not.toMatch(/\b(?:from|import) ?\(?"/);

  project.write("server.ts", server);
  const service = spawn("node", ["server.ts"], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", 2],
  });
  onTestFinished(() => void service.kill());
  await waitForPort(8081);
  expect(await project.run("node client.js")).toBe("1 outputTextDelta\n2 outputTextDelta\n");
  service.kill();
  await once(service, "close");
});

/** Waits until a local server accepts connections. */
async function waitForPort(port: number): Promise<void> {
  await expect
    .poll(async () => await fetch(`http://127.0.0.1:${port}/`).then(({ status }) => status), {
      timeout: 30_000,
    })
    .toBeGreaterThan(0);
}
