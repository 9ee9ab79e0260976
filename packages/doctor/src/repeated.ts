import type { ProbeResult } from "./examine.js";
import type { Finding } from "./finding.js";
import type { Probe } from "./probe.js";

/** The name of the probe that is as usual as possible. */
const PLAIN = "plain";

/** A result without the findings that the plain probe has too. */
export interface OwnResult extends ProbeResult {
  /** How many findings the plain probe of the same API and form has too. */
  readonly repeated: number;
}

/**
 * Returns results without the findings that the plain probe of the same API and form has at the same
 * place: what is lost there is lost always, and would hide what is special. Findings about whole events
 * stay.
 */
export function withoutRepeated(results: readonly ProbeResult[]): OwnResult[] {
  const usual = new Map<string, Set<string>>();
  for (const { probe, findings } of results) {
    if (probe.name === PLAIN) {
      usual.set(groupOf(probe), new Set(findings.map(keyOf)));
    }
  }
  return results.map((result) => {
    const { probe, findings } = result;
    const known = probe.name === PLAIN ? undefined : usual.get(groupOf(probe));
    const own = findings.filter(
      (finding) => isOfEvent(finding) || known?.has(keyOf(finding)) !== true,
    );
    return { ...result, findings: own, repeated: findings.length - own.length };
  });
}

function groupOf({ family, form }: Probe): string {
  return `${family}/${form}`;
}

/** A whole event may be another one than in the plain probe. */
function isOfEvent({ event, pointer }: Finding): boolean {
  return event !== undefined && pointer === "";
}

/** Events and elements of lists may have other numbers. */
function keyOf({ kind, side, pointer, what }: Finding): string {
  return JSON.stringify([kind, side, pointer.replaceAll(/\/\d+(?=\/|$)/g, "/0"), what]);
}
