import type { SnippetSubject } from "./subject.js";

/** Returns shell commands for the same conversion. */
export function writeCommands({ form, mode, ...subject }: SnippetSubject): string {
  const type = subject.type.name;
  const name = quoted(subject.name);
  const option = mode === "preserve" ? "" : ` --mode ${mode}`;
  const packOption = mode === "archive" ? "" : ` --mode ${mode}`;
  const base = quoted(subject.name.replace(/\.[^.]*$/, ""));
  const binary = `${base}.binpb`;
  switch (form) {
    case "json":
      return `stepwire encode${option} ${name} > ${binary}
stepwire inspect --type ${type} ${binary}
stepwire decode --type ${type} ${binary}
stepwire roundtrip${option} ${name}
`;
    case "lines":
      return `stepwire pack${packOption} ${name} -o ${base}.archive
stepwire unpack ${base}.archive
stepwire roundtrip${option} ${name}
`;
    case "events":
      return `stepwire pack${packOption} ${name} -o ${base}.archive
stepwire unpack ${base}.archive --to sse
stepwire roundtrip${option} ${name}
`;
  }
}

/** Returns a file name, quoted for a shell. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
