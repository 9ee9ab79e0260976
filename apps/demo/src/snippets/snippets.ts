import type { DocumentType, InputForm, Mode } from "../model/conversion.js";
import { writeCommands } from "./command.js";
import { writeGoCode, writeJavaCode, writePythonCode, writeRustCode } from "./languages.js";
import { writeTranscoderCode } from "./transcoder.js";
import { writeMessageCode } from "./typescript.js";

/** What code is written for. */
export interface SnippetSubject {
  readonly form: InputForm;
  readonly type: DocumentType;
  /** The type that any document is. */
  readonly documentType: DocumentType;
  readonly mode: Mode;
  /** The name of the file that the document came from. */
  readonly name: string;
}

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
