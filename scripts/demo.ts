/*
 * Shows the main task with the project's own samples, for `pnpm demo`. All output below the
 * headings comes from the command itself.
 */
import { Readable, Writable } from "node:stream";
import { styleText } from "node:util";
import { run } from "../packages/cli/src/run.ts";
import { root } from "./library/command.ts";

async function stepwire(
  parameters: string[],
  streams: { stdin?: Uint8Array; stdout?: Writable } = {},
): Promise<void> {
  const exitCode = await run(parameters, {
    stdin: Readable.from(streams.stdin === undefined ? [] : [streams.stdin]),
    stdout: streams.stdout ?? process.stdout,
    stderr: process.stderr,
    environment: process.env,
    directory: root,
    signal: new AbortController().signal,
  });
  if (exitCode !== 0) {
    process.exitCode = exitCode;
  }
}

async function encode(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await stepwire(["encode", file], { stdout });
  return Buffer.concat(chunks);
}

function say(text: string): void {
  console.log(`\n${text}\n`);
}

function commandLine(text: string): string {
  return styleText("dim", `$ stepwire ${text}`);
}

say(`${styleText("bold", "Stepwire")} stores what an AI assistant did, a run step in OpenAI's JSON, as
Protobuf: about a third of the size here, and every value comes back, to the
digit. Each sample goes from JSON to binary and back, and is then compared.`);
console.log(commandLine("roundtrip samples"));
await stepwire(["roundtrip", "samples"]);

say(`"Residue" is what a sample has beyond the schema, kept beside it as it came:
foreign-tool.json has a tool that nobody modelled and a number too big for a
double. Now the bytes of one sample; the names stand in the schema, not in them.`);
console.log(commandLine("encode samples/message.json | stepwire inspect --type run-step"));
await stepwire(["inspect", "--type", "run-step"], { stdin: await encode("samples/message.json") });

say(
  `Now yours: ${styleText("bold", "pnpm --silent stepwire roundtrip FILE...")}, and --help for the rest.`,
);
