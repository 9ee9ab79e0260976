import { existsSync, globSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import { root } from "../../library/command.ts";
import type { TemporaryProject } from "./temporary-project.ts";
import { type RunningServer, Terminals } from "./terminal.ts";
import { type CommandStep, type TutorialStep, tutorialSteps } from "./tutorial-steps.ts";

/** What a tutorial's test sets. */
export interface Tutorial {
  /** The path of the document from the root of the repository. */
  readonly document: string;
  /** Only this section, such as "## Install"; by default all of the document. */
  readonly heading?: string;
  /** The folder with the same programs, such as "examples/kettle": each file must be equal. */
  readonly example?: string;
  /** Ports that the tutorial names; each is replaced by a free one everywhere. */
  readonly ports?: readonly number[];
  /** The environment of all commands. */
  readonly environment: NodeJS.ProcessEnv;
  /** The bound for each block of commands and for a server to be ready, in milliseconds. */
  readonly timeout?: number;
}

/**
 * Follows a tutorial in a project: writes its files, runs its commands, starts its servers, and
 * compares what they print with what the tutorial shows. In what it shows, `…` is any text in a
 * line, and a line with nothing else is any lines. See {@link tutorialSteps} for the blocks.
 */
export async function followTutorial(project: TemporaryProject, tutorial: Tutorial): Promise<void> {
  const { document, heading, example, environment, timeout = 300_000 } = tutorial;
  const steps = tutorialSteps(readFileSync(join(root, document), "utf8"), heading);
  expect(steps.length, document).toBeGreaterThan(0);
  const replaced = await replacePorts(tutorial.ports ?? []);
  const terminals = new Terminals(project.folder, environment);
  const servers = new Map<string, RunningServer>();
  try {
    for (const step of steps) {
      await followStep(step, `${document}:${step.line}`);
    }
  } finally {
    terminals.close();
  }

  async function followStep(step: TutorialStep, place: string): Promise<void> {
    if ("path" in step) {
      if (example !== undefined) {
        expect(step.content, `${place}: ${example}/${step.path}`).toBe(
          readFileSync(join(root, example, step.path), "utf8"),
        );
      }
      project.write(step.path, replaced(step.content));
    } else if ("commands" in step) {
      await runCommands(step, place);
    } else if ("server" in step) {
      await untilPrinted(servers.get(step.server), replaced(step.printed), place);
    } else {
      const shown = sources(project).some((text) => text.includes(replaced(step.excerpt)));
      expect(shown, `${place}: no file has this excerpt\n${step.excerpt}`).toBe(true);
    }
  }

  async function runCommands({ commands, output, server }: CommandStep, place: string) {
    if (server !== undefined) {
      expect(output, `${place}: a server needs the text that it prints when ready`).toBeDefined();
      servers.set(server, terminals.serve(replaced(commands)));
      await untilPrinted(servers.get(server), replaced(output ?? ""), place);
      return;
    }
    const { exitCode, stdout, stderr } = await terminals.run(replaced(commands), timeout);
    const logs = [...servers].map(([name, each]) => `${name}:\n${each.printed().slice(-4_000)}`);
    const context = [place, commands, stdout.slice(-4_000), stderr.slice(-4_000), ...logs];
    expect(exitCode, context.join("\n")).toBe(0);
    if (output !== undefined) {
      const pattern = new RegExp(`(?:^|\n)${patternOf(replaced(output))}$`, "u");
      if (![stdout, stderr].some((text) => pattern.test(withLineBreak(text)))) {
        expect(stdout, context.join("\n")).toBe(replaced(output));
      }
    }
  }

  async function untilPrinted(server: RunningServer | undefined, shown: string, place: string) {
    expect(server, `${place}: the server was not started`).toBeDefined();
    const pattern = new RegExp(`(?:^|\n)${patternOf(shown)}`, "u");
    const end = Date.now() + timeout;
    while (server !== undefined && !pattern.test(server.printed())) {
      const isOver = server.hasEnded() || Date.now() > end;
      // Read again: it may have printed it just before it ended.
      if (isOver && !pattern.test(server.printed())) {
        expect(server.printed(), place).toBe(shown);
      }
      await wait(50);
    }
  }
}

/** Programs such as curl do not end the last line. */
function withLineBreak(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** Returns a regular expression for what a tutorial shows. */
function patternOf(shown: string): string {
  return shown
    .split(/^…\n/mu)
    .map((part) =>
      part
        .split("…")
        .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&"))
        .join(".*"),
    )
    .join("(?:.*\n)*?");
}

/** Returns a function that replaces ports by free ones. */
async function replacePorts(ports: readonly number[]): Promise<(text: string) => string> {
  const free = new Map<string, string>();
  const held = await Promise.all(ports.map(() => freePort()));
  for (const [index, port] of ports.entries()) {
    free.set(String(port), String(held[index]?.port));
  }
  for (const { close } of held) {
    close();
  }
  if (ports.length === 0) {
    return (text) => text;
  }
  const pattern = new RegExp(`\\b(?:${ports.join("|")})\\b`, "g");
  return (text) => text.replaceAll(pattern, (port) => free.get(port) ?? port);
}

/** Returns a port that is free now. */
export async function findPort(): Promise<number> {
  const { port, close } = await freePort();
  close();
  return port;
}

/** Returns a free port, held until `close`, so that the next one differs. */
function freePort(): Promise<{ readonly port: number; close(): void }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") {
        reject(new Error("no port"));
      } else {
        resolve({ port: address.port, close: () => server.close() });
      }
    });
  });
}

/** Returns the texts of the project's own files. */
function sources(project: TemporaryProject): string[] {
  const others = ["node_modules", ".venv", "venv", ".git", "__pycache__"];
  return globSync("**/*", {
    cwd: project.folder,
    withFileTypes: true,
    exclude: (each) => others.includes(each.name),
  })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"));
}
