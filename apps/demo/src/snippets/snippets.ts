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
}

/** The languages. A further one is an entry here. */
export const snippets: readonly Snippet[] = [
  { id: "typescript", title: "TypeScript", write: writeMessageCode },
  {
    id: "transcoder",
    title: "TypeScript, bytes to bytes",
    write: writeTranscoderCode,
    note: "The WebAssembly transcoder builds no objects: it is what this page converts with.",
  },
  { id: "command", title: "Command line", write: writeCommands },
  { id: "go", title: "Go", write: writeGoCode },
  { id: "python", title: "Python", write: writePythonCode },
  { id: "rust", title: "Rust", write: writeRustCode },
  { id: "java", title: "Java", write: writeJavaCode },
];
