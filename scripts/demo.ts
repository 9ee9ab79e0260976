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
  return styleText("dim", `$ ${text.replaceAll(/^|(?<=\| )/g, "./stepwire ")}`);
}

say(`${styleText("bold", "Stepwire")} stores OpenAI's JSON (steps of a run, messages, whole streams) as
Protobuf. These samples take about a third of their size, and every value comes
back, to the last digit: each is converted to binary and back, and compared.`);
console.log(commandLine("roundtrip samples"));
await stepwire(["roundtrip", "samples"]);

say(`"Residue" is what a sample has beyond the schema; it is kept as text, and
"verbatim" is its share of the binary. foreign-tool.json has a tool that the
schema does not describe, and a number that is too large for a double. The bytes
of one sample follow. Names are in the schema, not in the bytes.`);
console.log(commandLine("encode samples/message.json | inspect --type run-step"));
await stepwire(["inspect", "--type", "run-step"], { stdin: await encode("samples/message.json") });

say(
  `Try it with your files: ${styleText("bold", "./stepwire roundtrip FILE...")}
./stepwire --help shows the other commands.`,
);
