import { relative } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { root } from "../library/command.ts";
import { shellEnvironment } from "./clone/clone.ts";
import { TemporaryProject } from "./support/temporary-project.ts";
import { followTutorial } from "./support/tutorial.ts";
import { tutorialSteps } from "./support/tutorial-steps.ts";

const files = `# A kettle

\`kettle.mjs\` is a server:

\`\`\`js
import { createServer } from "node:http";
createServer((request, response) => {
  console.log(request.url);
  response.end("hot\\n");
}).listen(8080, "127.0.0.1", () => console.log("http://127.0.0.1:8080"));
\`\`\`

Then, in a second terminal:

\`\`\`sh server=kettle
node kettle.mjs
\`\`\`

\`\`\`text
http://127.0.0.1:8080
\`\`\`

1. The client:

   \`client.mjs\`:

   \`\`\`js
   console.log("asked at", Date.now());
   console.log(await (await fetch("http://127.0.0.1:8080/boil")).text());
   \`\`\`

`;

const commands = `\`\`\`sh
mkdir -p deep && cd deep
export NAME=Ada
\`\`\`

\`\`\`sh
echo noise
echo "$NAME in $(basename "$PWD")"
node ../client.mjs
\`\`\`

\`\`\`text
Ada in deep
asked at …
hot

\`\`\`

\`\`\`sh
printf 'no line-break'
\`\`\`

\`\`\`text
no line-break
\`\`\`

The server prints:

\`\`\`text server=kettle
…
/boil
\`\`\`

This is the line:

\`\`\`js
  console.log(request.url);
\`\`\`
`;

/** Follows a text, in a project of its own. */
async function follow(text: string, ports = [8080]): Promise<void> {
  const project = new TemporaryProject();
  onTestFinished(() => project.remove());
  const page = new TemporaryProject();
  onTestFinished(() => page.remove());
  page.write("page.md", text);
  const document = relative(root, page.path("page.md"));
  const environment = shellEnvironment();
  await followTutorial(project, { document, ports, environment, timeout: 20_000 });
}

describe("the runner of tutorials", () => {
  it("issue 19: writes files, starts servers, runs commands and compares", async () => {
    await expect(follow(files + commands)).resolves.toBeUndefined();
  });

  it.each([
    ["another output", "```sh\necho no\n```\n\n```text\nyes\n```\n", "no"],
    ["a command that fails", "```sh\nfalse\necho later\n```\n", "false"],
    ["an excerpt of no file", "```js\nconsole.log(9);\n```\n", "no file has this excerpt"],
    ["a server that ends", "```sh server\necho no\n```\n\n```text\nyes\n```\n", "no"],
    ["output of a server that was not started", "```text server=a\nyes\n```\n", "not started"],
  ])("issue 19: refuses %s", async (_, text, reason) => {
    await expect(follow(text, [])).rejects.toThrow(reason);
  });

  it("issue 19: gives the line of each block, and refuses a text without commands", () => {
    expect(tutorialSteps(files).map(({ line }) => line)).toEqual([5, 15, 27]);
    const [, section] = tutorialSteps(`# A\n\n## B\n\n\`\`\`sh\nx\n\`\`\`\n\n${commands}`, "## B");
    expect(section).toMatchObject({ line: 9 });
    expect(() => tutorialSteps("a\n\n```text\nb\n```\n")).toThrow("line 3: a text block follows");
  });
});
