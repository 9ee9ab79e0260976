import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CommandIO } from "../../src/io.js";
import { createProgress } from "../../src/terminal/progress.js";

function terminal(isTTY: boolean, environment: Record<string, string> = {}): CommandIO {
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 80, rows: 24 });
  return {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    environment,
    directory: ".",
    signal: new AbortController().signal,
  };
}

function written({ stderr }: CommandIO): string {
  return stderr instanceof PassThrough ? String(stderr.read() ?? "") : "";
}

describe("createProgress", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("shows nothing in the first second", async () => {
    const io = terminal(true);
    const progress = await createProgress(io, 100);
    vi.advanceTimersByTime(900);
    progress.advance(10);
    progress.clear();
    expect(written(io)).toBe("");
  });

  it("shows how far it is, and how long it will take", async () => {
    const io = terminal(true);
    const progress = await createProgress(io, 4096);
    vi.advanceTimersByTime(2000);
    progress.advance(1024);
    expect(written(io)).toContain("██████░░░░░░░░░░░░░░░░░░  25 %  1.0 KiB of 4.0 KiB  6 s left");
  });

  it("does not draw again and again", async () => {
    const io = terminal(true);
    const progress = await createProgress(io, 4096);
    vi.advanceTimersByTime(2000);
    progress.advance(1);
    written(io);
    progress.advance(1024);
    expect(written(io)).toBe("");
    vi.advanceTimersByTime(200);
    progress.advance(1024);
    expect(written(io)).not.toBe("");
  });

  it.each([
    ["a stream that is no terminal", terminal(false), 100],
    ["a terminal that cannot move its cursor", terminal(true, { TERM: "dumb" }), 100],
    ["an unknown size", terminal(true), undefined],
    ["nothing to do", terminal(true), 0],
  ])("shows nothing for %s", async (_, io, total) => {
    const progress = await createProgress(io, total);
    vi.advanceTimersByTime(5000);
    progress.advance(50);
    progress.clear();
    expect(written(io)).toBe("");
  });
});
