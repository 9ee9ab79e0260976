import { type CompareBounds, DEFAULT_BOUNDS } from "./compare-values.js";
import { type Finding, FindingList } from "./finding.js";
import { type Answer, judge } from "./judge.js";
import type { Probe } from "./probe.js";
import type { Target } from "./target.js";

/** What became of a probe. */
export interface ProbeResult {
  readonly probe: Probe;
  readonly findings: readonly Finding[];
  /** Why it was not sent; undefined if it was. */
  readonly skipped?: string | undefined;
  /** Whether there are more findings of a kind than `bounds.maxFindings`. */
  readonly isCut?: boolean;
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
  const plainRefusals = new Map<Probe, boolean>();
  /** A refusal that a probe allows is one all the same if the plain probe is refused too. */
  const judgeWithPlain = async (probe: Probe, answer: Answer): Promise<Finding[]> => {
    const { mayRefuse, plain } = probe;
    if (answer.refusal === undefined || !mayRefuse || plain === undefined) {
      return judge(probe, answer, largerBounds);
    }
    const isRefused =
      plainRefusals.get(plain) ?? (await target.send(plain, signal)).refusal !== undefined;
    plainRefusals.set(plain, isRefused);
    return judge({ ...probe, mayRefuse: !isRefused }, answer, largerBounds);
  };
  // One more, so that it is known whether there are more.
  const largerBounds = { ...bounds, maxFindings: bounds.maxFindings + 1 };
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
    const all = await judgeWithPlain(probe, answer);
    const findings = new FindingList<Finding>(bounds.maxFindings).add(...all).found;
    yield { probe, findings, ...(findings.length < all.length && { isCut: true }) };
  }
}
