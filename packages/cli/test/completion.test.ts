import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import type { Shell } from "../src/completion/scripts.js";
import { stepwire } from "./support/stepwire.js";
import { succeed } from "./support/transcripts.js";

const commands = ["encode", "decode", "pack", "unpack", "roundtrip", "inspect", "import", "doctor"];

/** Returns the words that complete a command line, or "files". The last word is being typed. */
async function completed(words: readonly string[], shell: Shell = "zsh"): Promise<unknown> {
  const answer = await succeed(["complete", shell, "--", ...words], import.meta.dirname);
  const [kind, ...lines] = answer.trimEnd().split("\n");
  return kind === "files" ? kind : lines.map((line) => line.split("\t")[0]);
}

describe("stepwire complete", () => {
  it("lists all commands, and none that is hidden", async () => {
    const others = commands.filter((command) => !["import", "doctor"].includes(command));
    expect(await completed([""])).toEqual([
      ...others,
      "table",
      "import",
      "doctor",
      "completion",
      "help",
    ]);
    expect(await completed(["help", "un"])).toEqual(["unpack"]);
    expect(await completed(["table", "-"])).toEqual(["--descriptor", "--output", "--help"]);
    expect(await completed(["--"])).toEqual(["--version", "--help"]);
  });

  it.each(commands)("lists the options of %s that its help has", async (command) => {
    const help = (await stepwire([command, "--help"])).stdout.toString();
    const options = [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option);
    expect(options.length).toBeGreaterThan(4);
    expect(await completed([command, "-"])).toEqual(options);
  });

  it.each<[string[], unknown]>([
    [["en"], ["encode"]],
    [["nothing", ""], []],
    [["encode", ""], "files"],
    [["encode", "a.json", ""], []],
    [["pack", "a.jsonl", ""], "files"],
    [["pack", "--mode", "archive", ""], "files"],
    [
      ["encode", "--mode", ""],
      ["strict", "preserve", "archive"],
    ],
    [["encode", "--mode=s"], ["--mode=strict"]],
    [["encode", "-o", ""], "files"],
    [["import", ""], "files"],
    [["import", "a.yaml", "--config", ""], "files"],
    [["import", "a.yaml", "-o", ""], "files"],
    [["encode", "--descriptor=a"], "files"],
    [["encode", "--max-bytes", ""], []],
    [
      ["encode", "--type", "a"],
      ["auto", "assistant", "assistant-list", "assistant-deleted"],
    ],
    [
      ["decode", "--type", "a"],
      ["assistant", "assistant-list", "assistant-deleted"],
    ],
    [["decode", "--type=run-step-l"], ["--type=run-step-list"]],
    [["decode", "--type", "stepwire.v1.RunStepL"], ["stepwire.v1.RunStepList"]],
    [["decode", "--type", "run", "--ty"], []],
    [["decode", "--descriptor", "missing.binpb", "--type", ""], []],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
  ])("completes %j", async (words, expected) => {
    expect(await completed(words)).toEqual(expected);
  });

  it("completes the schemas of a document", async () => {
    const document = { components: { schemas: { Kettle: {}, Lid: {}, LidHandle: {} } } };
    const directory = createFolder({ "api.json": JSON.stringify(document), "bad.json": "[" });
    const answer = (...words: string[]) =>
      succeed(["complete", "zsh", "--", "import", ...words], directory);
    expect(await answer("api.json", "--root", "Li")).toBe("list\nLid\t\nLidHandle\t\n");
    expect(await answer("api.json", "--root", "Lid", "--root=K")).toBe("list\n--root=Kettle\t\n");
    for (const file of ["bad.json", "absent.json"]) {
      expect(await answer(file, "--root", "L")).toBe("list\n");
    }
    expect(await answer("--root", "L")).toBe("list\n");
  });

  it("has the words as bash splits them", async () => {
    expect(await completed(["decode", "--type", "=", "run-step-l"], "bash")).toEqual([
      "run-step-list",
    ]);
    expect(await completed(["encode", "--mode", "="], "bash")).toEqual([
      "strict",
      "preserve",
      "archive",
    ]);
  });
});

/**
 * Creates a folder with the script of a shell, and a program `stepwire` that answers like the
 * command. The answers are made before, by this process, because starting the command takes long.
 */
async function prepare(shell: Shell, lines: readonly (readonly string[])[]): Promise<string> {
  const folder = createFolder({
    script: await succeed(["completion", shell], import.meta.dirname),
    "notes.json": "{}",
  });
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "answers"));
  for (const words of lines) {
    const parameters = ["complete", shell, "--", ...words];
    const answer = await succeed(parameters, import.meta.dirname);
    writeFileSync(join(folder, "answers", `${parameters.join("|")}|`), answer);
  }
  const program = `#!/bin/sh\nexec cat "${folder}/answers/$(printf '%s|' "$@")"\n`;
  writeFileSync(join(folder, "bin/stepwire"), program);
  chmodSync(join(folder, "bin/stepwire"), 0o755);
  return folder;
}

function runShell(shell: Shell, parameters: readonly string[], cwd: string): string {
  const { stdout, stderr, error } = spawnSync(shell, parameters, {
    cwd,
    encoding: "utf8",
    timeout: 20_000,
    env: { ...process.env, PATH: `${join(cwd, "bin")}${delimiter}${process.env["PATH"] ?? ""}` },
  });
  if (error !== undefined) {
    throw error;
  }
  expect(stderr).toBe("");
  return stdout;
}

function isInstalled(shell: Shell): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

const lines = [
  ["enc"],
  ["decode", "--type", "run-step-l"],
  ["decode", ""],
  ["pack", "--max-bytes", ""],
];

describe.skipIf(!isInstalled("bash"))("the script for bash", () => {
  it("completes in bash", async () => {
    const folder = await prepare("bash", [...lines, ["decode", "--type", "=", "run-step-l"]]);
    const ask = `
      set -eu
      source ./script
      complete -p stepwire
      ask() {
        COMP_WORDS=(stepwire "$@")
        COMP_CWORD=$#
        _stepwire stepwire
        echo "\${COMPREPLY[@]}"
      }
      compopt() { echo "no files"; }
      ask enc
      ask decode --type run-step-l
      ask decode --type = run-step-l
      ask decode ''
      ask pack --max-bytes ''`;
    const output = runShell("bash", ["--norc", "-c", ask], folder);
    expect(output.split("\n").slice(0, -1)).toEqual([
      "complete -o bashdefault -o default -F _stepwire stepwire",
      "no files",
      "encode",
      "no files",
      "run-step-list",
      "no files",
      "run-step-list",
      "",
      "no files",
      "",
    ]);
  });
});

describe.skipIf(!isInstalled("zsh"))("the script for zsh", () => {
  it("completes in zsh", async () => {
    const folder = await prepare("zsh", [
      ...lines,
      ["decode", "no"],
      ["decode", "--descriptor=no"],
    ]);
    const typed = [
      ["stepwire enc", "stepwire encode"],
      ["stepwire decode --type run-step-l", "--type run-step-list"],
      ["stepwire decode no", "decode notes.json"],
      ["stepwire decode --descriptor=no", "--descriptor=notes.json"],
    ] as const;
    // Each line is typed, completed, and deleted by Ctrl-U. Reading ends when the line appears.
    const ask = typed.map(
      ([line, expected]) => `
        zpty -n -w z $'\\x15''${line}'$'\\t'
        zpty -r z output '*${expected}*'
        print -r -- '${expected}'`,
    );
    const begin = `
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z "PS1=; PATH=$PATH; autoload -Uz compinit; compinit -u -D; source ./script; echo RE''ADY"
      zpty -r z output '*READY*'`;
    const output = runShell("zsh", ["-f", "-c", [begin, ...ask].join("\n")], folder);
    expect(output.trim().split("\n")).toEqual(typed.map(([, expected]) => expected));
  });
});

describe.skipIf(!isInstalled("fish"))("the script for fish", () => {
  it("completes in fish", async () => {
    const folder = await prepare("fish", [
      ...lines,
      ["decode", "--type=run-step-l"],
      ["decode", "--descriptor=no"],
    ]);
    const ask = [
      "source ./script",
      "complete -C 'stepwire enc'",
      "complete -C 'stepwire decode --type run-step-l'",
      "complete -C 'stepwire decode --type=run-step-l'",
      "complete -C 'stepwire decode ' | string match 'notes*'",
      "complete -C 'stepwire decode --descriptor=no'",
      "complete -C 'stepwire pack --max-bytes '",
    ].join("\n");
    const output = runShell("fish", ["--no-config", "-c", ask], folder);
    expect(
      output
        .trim()
        .split("\n")
        .map((line) => line.split("\t")[0]),
    ).toEqual([
      "encode",
      "run-step-list",
      "--type=run-step-list",
      "notes.json",
      "--descriptor=notes.json",
    ]);
  });
});
