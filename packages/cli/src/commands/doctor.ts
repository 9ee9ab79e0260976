import {
  createCommandTarget,
  createLinesTarget,
  createServerTarget,
  examine,
  type Probe,
  type ProbeResult,
  type ServerTarget,
  type Target,
  TargetError,
} from "@stepwire/doctor";
import type { Command } from "commander";
import { compareBeforeAfter } from "../doctor/compare.js";
import { addDoctorOptions, type DoctorOptions } from "../doctor/options.js";
import { chooseProbes } from "../doctor/probes.js";
import { listProbes, writeJson, writeTable } from "../doctor/report.js";
import { usageFailure } from "../doctor/usage-failure.js";
import { CommandFailure } from "../failure.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { report } from "../report.js";
import { createProgress } from "../terminal/progress.js";
import { counted, grouped } from "../terminal/quantity.js";
import { examples } from "./examples.js";

const formsHelp = `
What is examined:
  a command         (on Windows, cmd /c npx ... for one that is a script)
                    reads a document or a stream from standard input, and writes
                    what it makes of it to standard output. It is started for
                    each probe; STEPWIRE_PROBE_FAMILY, _FORM and _NAME say which
                    it is. With --lines, it is started once, and gets lines of
                    JSON with family, form, name, text and chunks (base64). For
                    each, it writes a line: {"output": TEXT},
                    {"refused": REASON} or {"skipped": true}.
  a server, --url   Its upstream must be the doctor, at --listen:
                    http://127.0.0.1:8089/v1. The doctor is the client and the
                    upstream, and compares what each sends with what the other
                    gets, also requests.
  files, --before   two documents, two recordings, or two folders

Findings:
  lost, added, changed    values and events that do not come back, or differ
  reordered, doubled      events or elements at another place, or twice
  merged, delayed         events that became one; that came with a later one
  refused                 the target gave up: HTTP status or exit code

The probes are invented. No value of a document, and nothing that a command writes
to standard error, is shown without --show-values.
Exit codes: 1 if there is a finding of a kind in --fail-on, or nothing was sent,
else 0.`;

/** Adds the description, arguments, options and action of `stepwire doctor`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Sends documents and streams that are hard to pass on through a library, a server or a proxy, and reports what was lost, changed, reordered or refused, by JSON Pointer and number of the event.",
    )
    .argument("[command...]", "command to examine, after --");
  addDoctorOptions(command);
  command
    .addHelpText("after", formsHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire doctor --only 'chat/*' -- ./rewrite",
        "stepwire doctor --lines --family chat -- node rewrite.js",
        "stepwire doctor --url http://localhost:4000/v1 --header 'x-team: bakery' --only 'chat/*/nulls'",
        "stepwire doctor --before sent.sse --after received.sse",
        "stepwire doctor --probe streams/ --no-suite -- ./rewrite",
        "stepwire doctor --list",
      ),
    )
    .action((words: string[], options: DoctorOptions) => doctor(io, words, options));
}

async function doctor(
  io: CommandIO,
  words: readonly string[],
  options: DoctorOptions,
): Promise<void> {
  checkForms(words, options);
  if (options.list === true) {
    const probes = await chooseProbes(options, io);
    await withOutput(undefined, "text", io, (output) =>
      output.write(Buffer.from(listProbes(probes))),
    );
    return;
  }
  const results = await examineChosen(io, words, options);
  const showsValues = options.showValues === true;
  const kind = options.json === true ? "json" : "text";
  await withOutput(undefined, kind, io, (output) =>
    options.json === true
      ? writeJson(results, showsValues, output)
      : writeTable(results, { showsValues, maxFindings: options.maxFindings }, output, io),
  );
  if (results.every(({ skipped }) => skipped !== undefined)) {
    throw new CommandFailure("no probe was sent, and so nothing is known");
  }
  const failed = results.filter(({ findings }) =>
    findings.some((finding) => options.failOn.includes(finding.kind)),
  );
  if (failed.length > 0) {
    throw new CommandFailure(
      `${grouped(failed.length)} of ${grouped(results.length)} probes did not come through`,
    );
  }
}

/** @throws {CommandFailure} unless there is exactly one thing to examine. */
function checkForms(words: readonly string[], { url, before, after, list }: DoctorOptions): void {
  if ((before === undefined) !== (after === undefined)) {
    throw usageFailure("--before and --after belong together");
  }
  const forms = [words.length > 0, url !== undefined, before !== undefined].filter(Boolean);
  if (forms.length !== 1 && list !== true) {
    throw usageFailure(
      `${forms.length === 0 ? "there is nothing to examine" : "one thing is examined at a time"}: give a command after --, or --url, or --before and --after`,
    );
  }
}

async function examineChosen(
  io: CommandIO,
  words: readonly string[],
  options: DoctorOptions,
): Promise<ProbeResult[]> {
  const { before, after } = options;
  if (before !== undefined && after !== undefined) {
    return compareBeforeAfter(before, after, options, io);
  }
  const probes = await chooseProbes(options, io);
  try {
    return await examineTarget(io, probes, words, options);
  } catch (error) {
    throw error instanceof TargetError
      ? new CommandFailure(error.message, { cause: error })
      : error;
  }
}

async function examineTarget(
  io: CommandIO,
  probes: readonly Probe[],
  words: readonly string[],
  options: DoctorOptions,
): Promise<ProbeResult[]> {
  const target = await openTarget(io, words, options);
  const progress = await createProgress(io, probes.length, (count) => counted(count, "probe"));
  const bounds = { maxFindings: MOST_FINDINGS, maxDepth: 1000 };
  const results: ProbeResult[] = [];
  try {
    for await (const result of examine(target, probes, { bounds, signal: io.signal })) {
      results.push(result);
      progress.advance(1);
    }
  } finally {
    progress.clear();
    await target.close();
  }
  const wasSent = results.some(({ skipped }) => skipped === undefined);
  if (isServer(target) && target.reached === 0 && wasSent) {
    const { origin = "", pathname = "" } = options.url ?? {};
    throw new CommandFailure(
      `${origin}${pathname}: no request reached the doctor; the server must use ${target.upstream} as its upstream`,
    );
  }
  return results;
}

function isServer(target: Target): target is ServerTarget {
  return "upstream" in target;
}

async function openTarget(
  io: CommandIO,
  words: readonly string[],
  { url, header, listen, lines, maxBytes, timeout }: DoctorOptions,
): Promise<Target> {
  const bounds = { timeout: timeout * 1000, maxBytes, patience: PATIENCE };
  if (url !== undefined) {
    const options = { url, headers: header, listen, bounds };
    const target = await createServerTarget(options).catch((cause: Error) => {
      throw new CommandFailure(`--listen ${listen.host}:${listen.port}: ${cause.message}`, {
        cause,
      });
    });
    if (io.stderr.isTTY === true) {
      report(io, [`the upstream of the server must be ${target.upstream}`]);
    }
    return target;
  }
  const [command = "", ...parameters] = words;
  const create = lines === true ? createLinesTarget : createCommandTarget;
  return create({ command, parameters, directory: io.directory }, bounds);
}

/** How many findings of a probe are listed by `--json`. */
const MOST_FINDINGS = 1000;

/** How long an event of a live probe is waited for before the next one is sent. */
const PATIENCE = 1000;
