import { writeCommands } from "./command.js";
import { writeGoCode, writeJavaCode, writePythonCode, writeRustCode } from "./languages.js";
import type { SnippetSubject } from "./subject.js";
import { writeTranscoderCode } from "./transcoder.js";
import { writeMessageCode } from "./typescript.js";

/** Code in one language for what is on the screen. */
export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  write(subject: SnippetSubject): string;
  /** Returns the command, or the dependency, that installs what the code needs. */
  install(code: string): string;
}

/** Returns the command that installs the packages that TypeScript imports. */
function npmInstall(code: string): string {
  const imports = code.matchAll(/from "(@[^/"]+\/[^/"]+)/g);
  const packages = new Set(Array.from(imports, ([, name]) => name));
  // The messages of all packages are those of this one.
  return ["npm install", ...packages.add("@bufbuild/protobuf")].join(" ");
}

/** The languages. A further one is an entry here. */
export const snippets: readonly Snippet[] = [
  { id: "typescript", title: "TypeScript", write: writeMessageCode, install: npmInstall },
  {
    id: "transcoder",
    title: "TypeScript, bytes to bytes",
    write: writeTranscoderCode,
    install: npmInstall,
    note: "The WebAssembly transcoder builds no objects: it is what this page converts with.",
  },
  {
    id: "command",
    title: "Command line",
    write: writeCommands,
    install: () => "npm install --global @stepwire/cli",
  },
  {
    id: "go",
    title: "Go",
    write: writeGoCode,
    install: () => "go get github.com/stepwire/stepwire-go",
  },
  { id: "python", title: "Python", write: writePythonCode, install: () => "pip install stepwire" },
  { id: "rust", title: "Rust", write: writeRustCode, install: () => "cargo add stepwire" },
  {
    id: "java",
    title: "Java",
    write: writeJavaCode,
    install: () => 'implementation("io.github.stepwire:stepwire:+")',
  },
];
