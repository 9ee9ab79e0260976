/** The exit codes of the command. */
export const ExitCode = {
  success: 0,
  /** A document was refused, bytes are damaged, a file cannot be read or written. */
  failure: 1,
  /** The command line is wrong. */
  usage: 2,
} as const;

/** An exit code. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** How the user's command line becomes one that works. */
export interface Retry {
  /** A command line that must run first. */
  readonly before?: string;
  /** A word of the command line, and the word that is meant. */
  readonly replace?: readonly [word: string, by: string];
}

/** Options of a failure. */
export interface FailureOptions extends ErrorOptions {
  readonly exitCode?: ExitCode;
  readonly retry?: Retry | undefined;
}

/**
 * The command cannot continue. The message is shown to the user; each line names the place it is
 * about.
 */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  readonly retry: Retry | undefined;

  constructor(message: string, options: FailureOptions = {}) {
    super(message, options);
    this.name = "CommandFailure";
    this.exitCode = options.exitCode ?? ExitCode.failure;
    this.retry = options.retry;
  }
}

const OTHER_PLACE = "free some, or write to another place";

/** Explanations for error codes of the operating system, with advice if it is not obvious. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBADF: "is not open for this; check the redirection",
  EBUSY: "is in use by another program",
  EDQUOT: `the disk quota is used up; ${OTHER_PLACE}`,
  EFBIG: "larger than a file may be here; raise the limit (ulimit -f), or write to another place",
  EIO: "input/output error; the device or terminal is gone or damaged",
  EISDIR: "is a directory",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files; raise the limit (ulimit -n)",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or directory",
  ENOSPC: `no space left on the device; ${OTHER_PLACE}`,
  ENOTDIR: "a part of the path is not a directory",
  EPERM: "not permitted",
  EPIPE: "the program that reads from it has ended",
  EROFS: "the file system is read-only; write to another place",
  ESTALE: "the file system is no longer there",
  ETXTBSY: "is a program that is running",
};

/** The output cannot be written, so reading more input is useless. */
export class OutputFailure extends CommandFailure {}

/** Creates a failure that explains an error of the operating system for a file. */
export function fileFailure(name: string, cause: unknown): CommandFailure {
  if (cause instanceof CommandFailure) {
    return cause;
  }
  const reason = reasons[errorCode(cause) ?? ""];
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CommandFailure(`${name}: ${reason ?? message}`, { cause });
}

/** Returns the code of an error of the operating system, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
