import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examples } from "./support/examples.ts";
import { Project } from "./support/project.ts";

const timeout = 300_000;

/** Those that run in servers, write the source code of servers, or examine servers. */
const notForBrowsers = ["connect", "openapi-to-proto", "doctor"];
const forBrowsers = examples.filter(({ file }) => !notForBrowsers.includes(file));

/** For each bundler, the command that bundles `NAME.ts` to `bundled/NAME.js`. */
const bundlers = [
  {
    name: "esbuild",
    install: "esbuild@0.28.2",
    bundle: (file: string) =>
      `esbuild ${file}.ts --bundle --minify --platform=browser --format=esm --target=es2022 --outfile=bundled/${file}.js`,
  },
  {
    name: "Vite",
    install: "vite@8.3.8",
    bundle: (file: string) => `NAME=${file} vite build --logLevel warn`,
  },
];

const viteConfig = `const name = process.env.NAME;
export default {
  build: {
    target: "es2022",
    emptyOutDir: false,
    outDir: "bundled",
    lib: { entry: name + ".ts", formats: ["es"], fileName: () => name + ".js" },
  },
};
`;

describe.each(bundlers)("issue 16: bundled for browsers by $name", (bundler) => {
  let project: Project;

  beforeAll(async () => {
    project = new Project();
    const names = forBrowsers.map(({ name }) => name);
    await project.run(`npm install ${[...names, "@bufbuild/protobuf", bundler.install].join(" ")}`);
    project.write("vite.config.js", viteConfig);
    for (const { file, example } of forBrowsers) {
      project.write(`${file}.ts`, example);
    }
  }, timeout);

  afterAll(() => {
    project?.remove();
  }, timeout);

  it.each(forBrowsers)("$name", { timeout }, async ({ file, output }) => {
    await project.run(bundler.bundle(file));
    const code = project.read(`bundled/${file}.js`);
    expect(code).not.toMatch(/\b(?:from|import) ?\(?"/);
    // Outside the project, the bundle has nothing else to import.
    const bundled = new Project();
    bundled.write("bundle.js", code);
    expect(await bundled.run("node bundle.js").finally(() => bundled.remove())).toBe(output);
  });
});
