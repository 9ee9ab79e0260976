/** What the shell gets to see. */
export const ExitCode = {
  success: 0,
  /** A document was refused, bytes are damaged, a file cannot be read or written. */
  failure: 1,
  /** The command line is wrong. */
  usage: 2,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The command cannot go on. Each line of the message is for the user, and names the place. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, options: ErrorOptions & { exitCode?: ExitCode } = {}) {
    super(message, options);
    this.name = "CommandFailure";
    this.exitCode = options.exitCode ?? ExitCode.failure;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on the device",
  ENOTDIR: "a part of the path is not a directory",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
};

/** A failure of the operating system with the file that it happened to, in plain words. */
export function fileFailure(name: string, cause: unknown): CommandFailure {
  if (cause instanceof CommandFailure) {
    return cause;
  }
  const reason = reasons[errorCode(cause) ?? ""];
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CommandFailure(`${name}: ${reason ?? message}`, { cause });
}

/** The code of an error of the operating system, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
