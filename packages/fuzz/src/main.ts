import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import logUpdate from "log-update";
import { type AnyTarget, targets } from "./run/targets.js";
import { watch } from "./run/watch.js";
import type { FoundText } from "./run/worker.js";
import { runDifferential } from "./transcoder.js";

/** Seeds go into documents of 32 bits. */
const LARGEST_SEED = 0x7fffffff;
/** After how many seconds an input that does not end is a find. */
const HANG_SECONDS = 120;

interface CommandOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly case?: number;
  readonly cases?: number;
  readonly input?: string;
  readonly finds: number;
  readonly out: string;
  readonly documents: number;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count > LARGEST_SEED) {
    throw new InvalidArgumentError(`It is an integer from 0 to ${LARGEST_SEED}.`);
  }
  return count;
}

const count = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(parseCount);

const program = new Command("pnpm fuzz")
  .description(
    "Tries generated inputs until the time is over. An input that breaks an invariant is shrunk, printed and kept as a file; the exit code is then 1.",
  )
  .addArgument(
    new Argument("<target>", "what to fuzz").choices([
      ...targets.map(({ name }) => name),
      "transcoder",
    ]),
  )
  .addOption(count("--seconds <number>", "how long to go on").default(60))
  .addOption(
    count("--seed <number>", "decides all inputs; printed, so that a run can be repeated").default(
      Date.now() % LARGEST_SEED,
      "from the clock",
    ),
  )
  .addOption(count("--cases <number>", "end after this many inputs, or documents"))
  .addOption(count("--finds <number>", "end after this many different finds").default(1))
  .addOption(count("--case <number>", "try one input of the seed"))
  .addOption(new Option("--input <file>", "try the input in a file that an earlier run kept"))
  .addOption(
    new Option("--out <folder>", "where to keep inputs that were found").default(
      join(tmpdir(), "stepwire-fuzz"),
    ),
  )
  .addOption(
    count("--documents <number>", "documents of each type in a round of the transcoder").default(
      20_000,
    ),
  )
  .addHelpText(
    "after",
    `
Examples:
  $ pnpm fuzz accumulator --seconds 1800
  $ pnpm fuzz sse --seconds 1800 --seed 7 --finds 10
  $ pnpm fuzz gateway --seconds 600
  $ pnpm fuzz transcoder --seconds 600
  $ pnpm fuzz transcoder --seconds 86400 --cases 2000000 --documents 2000
  $ pnpm fuzz accumulator --seed 7 --case 1234
  $ pnpm fuzz accumulator --input /tmp/stepwire-fuzz/accumulator-7-1234.json`,
  );

program.action(async (name: string, options: CommandOptions) => {
  const target = targets.find((each) => each.name === name);
  const failed =
    target === undefined
      ? await fuzzTranscoder(options)
      : options.input === undefined
        ? await fuzzTarget(target, options)
        : await replay(target, options.input);
  process.exitCode = failed ? 1 : 0;
});
await program.parseAsync();

async function fuzzTarget(target: AnyTarget, options: CommandOptions): Promise<boolean> {
  const { seed, seconds, finds: maxFinds } = options;
  const single = options.case !== undefined && { first: options.case, cases: 1 };
  const several = options.cases !== undefined && { cases: options.cases };
  const command = `pnpm fuzz ${target.name} --seed ${seed}`;
  console.log(`${command} --seconds ${seconds}`);
  const { cases, finds } = await watch({
    target: target.name,
    options: { seed, seconds, maxFinds, ...several, ...single },
    hangSeconds: HANG_SECONDS,
    onFind: (found) => printFind(target.name, seed, found, options.out),
    onProgress: (tried, passed) => {
      if (process.stderr.isTTY) {
        logUpdate(`${tried} inputs, ${Math.round(passed)} of ${seconds} s`);
      }
    },
  });
  logUpdate.clear();
  console.log(`${cases} inputs, ${finds.length} finds, seed ${seed}`);
  return finds.length > 0;
}

function printFind(target: string, seed: number, found: FoundText, folder: string): void {
  logUpdate.clear();
  console.log(`\ninput ${found.number}: ${found.message}`);
  console.log(`again: pnpm fuzz ${target} --seed ${seed} --case ${found.number}`);
  if (found.input !== undefined) {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${target}-${seed}-${found.number}.json`);
    writeFileSync(file, `${found.input}\n`);
    console.log(`shrunk: pnpm fuzz ${target} --input ${file}`);
    console.log(found.input.length > 4000 ? `${found.input.slice(0, 4000)} ...` : found.input);
  }
}

async function replay(target: AnyTarget, path: string): Promise<boolean> {
  const file = resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
  const find = await target.replay(JSON.parse(readFileSync(file, "utf8")));
  console.log(find === undefined ? "every invariant holds" : find.message);
  return find !== undefined;
}

async function fuzzTranscoder(options: CommandOptions): Promise<boolean> {
  const { seed, seconds, documents, cases } = options;
  console.log(`pnpm fuzz transcoder --seed ${seed} --seconds ${seconds} --documents ${documents}`);
  const { rounds, compared, passed, environment } = await runDifferential(
    seed,
    seconds,
    documents,
    cases,
  );
  const result = passed ? "no difference" : "a difference";
  console.log(`${compared} documents in ${rounds} rounds, ${result}, seed ${seed}`);
  if (!passed) {
    console.log(`again: ${environment} vitest run --project=transcode test/differential`);
  }
  return !passed;
}
