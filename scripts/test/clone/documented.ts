/** A pnpm command in a document. */
export interface DocumentedCommand {
  /** The script or tool that it runs, such as "demo:web". */
  readonly name: string;
  /** The command as written in the document. */
  readonly line: string;
}

/** Returns the pnpm commands in a document, from inline code and code blocks. */
export function documentedCommands(text: string): DocumentedCommand[] {
  const blocks = /^```\w*\n([\s\S]*?)^```/gm;
  const inline = [...text.replaceAll(blocks, "").matchAll(/`([^`\n]+)`/g)];
  const block = [...text.matchAll(blocks)].flatMap(([, code = ""]) => code.split("\n"));
  return [...inline.map(([, code = ""]) => code), ...block].flatMap((line) => {
    const command = /(?:^|\s)pnpm(?:@[\d.]+)?((?: -\S+)*) ([a-z][\w:-]*)/.exec(line);
    const name = command?.[2];
    return name === undefined ? [] : [{ name, line: line.trim() }];
  });
}
