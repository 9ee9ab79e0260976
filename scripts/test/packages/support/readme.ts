/** What a README promises that works in a fresh project. */
export interface ReadmeStart {
  /** The first block of shell: how to install the package. */
  readonly install: string;
  /** The first example, as TypeScript. */
  readonly example: string;
  /** What the example prints. */
  readonly output: string;
}

/** Returns the start of a package's README: install lines, an example, and what it prints. */
export function readmeStart(text: string): ReadmeStart | undefined {
  const start = /^```sh\n([\s\S]*?)^```\n+^```ts\n([\s\S]*?)^```\n+^```text\n([\s\S]*?)^```/mu.exec(
    text,
  );
  const [, install, example, output] = start ?? [];
  return install === undefined || example === undefined || output === undefined
    ? undefined
    : { install, example, output };
}
