import { Readable, Writable } from "node:stream";
import type { ExitCode } from "../../src/failure.js";
import { run } from "../../src/run.js";

/** The result of a command. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Where and how a command runs. */
export interface CommandSetting {
  readonly stdin?: string | Uint8Array | Iterable<Uint8Array>;
  readonly directory?: string;
  readonly environment?: Record<string, string>;
  /** Standard output is a terminal of this width. */
  readonly columns?: number;
  /** Standard input is a terminal. */
  readonly stdinIsTerminal?: boolean;
  /** Standard error is a terminal. */
  readonly stderrIsTerminal?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs the command in this process, which is faster than starting another. */
export async function stepwire(
  parameters: readonly string[],
  setting: CommandSetting = {},
): Promise<CommandResult> {
  const stdout = new Collector(setting.columns);
  const stderr = new Collector(setting.stderrIsTerminal === true ? 80 : undefined);
  const exitCode = await run(parameters, {
    stdin: Object.assign(Readable.from(toChunks(setting.stdin ?? ""), { objectMode: false }), {
      isTTY: setting.stdinIsTerminal === true,
    }),
    stdout,
    stderr,
    environment: setting.environment ?? {},
    directory: setting.directory ?? import.meta.dirname,
    signal: setting.signal ?? new AbortController().signal,
  });
  return { exitCode, stdout: stdout.content(), stderr: stderr.content().toString("utf8") };
}

function toChunks(stdin: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (typeof stdin === "string") {
    return [Buffer.from(stdin)];
  }
  return stdin instanceof Uint8Array ? [stdin] : stdin;
}

/** Keeps what is written, and may pass for a terminal. */
class Collector extends Writable {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly #chunks: Buffer[] = [];

  constructor(columns: number | undefined) {
    super();
    this.isTTY = columns !== undefined;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // As for any stream, the bytes are the writer's again once it is told.
    this.#chunks.push(Buffer.from(chunk));
    done();
  }

  content(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
