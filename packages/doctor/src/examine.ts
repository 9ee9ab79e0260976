import { type CompareBounds, DEFAULT_BOUNDS } from "./compare-values.js";
import type { Finding } from "./finding.js";
import { judge } from "./judge.js";
import type { Probe } from "./probe.js";
import type { Target } from "./target.js";

/** What became of a probe. */
export interface ProbeResult {
  readonly probe: Probe;
  readonly findings: readonly Finding[];
  /** Why it was not sent; undefined if it was. */
  readonly skipped?: string | undefined;
}

/** How a target is examined. */
export interface ExamineOptions {
  readonly bounds?: CompareBounds;
  /** Ends the examination. */
  readonly signal?: AbortSignal;
}

/** Sends probes to a target, one after the other, and compares what comes back. */
export async function* examine(
  target: Target,
  probes: Iterable<Probe>,
  { bounds = DEFAULT_BOUNDS, signal = new AbortController().signal }: ExamineOptions = {},
): AsyncGenerator<ProbeResult, void> {
  for (const probe of probes) {
    const reason = target.skips(probe);
    if (reason !== undefined) {
      yield { probe, findings: [], skipped: reason };
      continue;
    }
    const answer = await target.send(probe, signal);
    if (answer.skipped !== undefined) {
      yield { probe, findings: [], skipped: answer.skipped };
      continue;
    }
    yield { probe, findings: judge(probe, answer, bounds) };
  }
}
