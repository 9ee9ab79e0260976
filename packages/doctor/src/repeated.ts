import { readEvents } from "./events.js";
import type { ProbeResult } from "./examine.js";
import type { Finding } from "./finding.js";
import { type Probe, probeBytes } from "./probe.js";

/** The name of the probe that is as usual as possible. */
const PLAIN = "plain";

/** A result without the findings that the plain probe has too. */
export interface OwnResult extends ProbeResult {
  /** How many findings the plain probe of the same API and form has too. */
  readonly repeated: number;
}

/**
 * Returns results without the findings that the plain probe of the same API and form has at the same
 * place: what is lost there is lost always, and would hide what is special. A whole event is at the same
 * place if it has the same number, from the first or from the last.
 */
export function withoutRepeated(results: readonly ProbeResult[]): OwnResult[] {
  const usual = new Map<string, Set<string>>();
  for (const { probe, findings } of results) {
    if (probe.name === PLAIN) {
      const keysOf = keysIn(probe);
      usual.set(groupOf(probe), new Set(findings.flatMap(keysOf)));
    }
  }
  return results.map((result) => {
    const { probe, findings } = result;
    const known = probe.name === PLAIN ? undefined : usual.get(groupOf(probe));
    const keysOf = keysIn(probe);
    const own = findings.filter(
      (finding) => known === undefined || !keysOf(finding).some((key) => known.has(key)),
    );
    return { ...result, findings: own, repeated: findings.length - own.length };
  });
}

function groupOf({ family, form }: Probe): string {
  return `${family}/${form}`;
}

/** Returns what names the places of a finding in the results of a probe. */
function keysIn(probe: Probe): (finding: Finding) => string[] {
  let count: number | undefined;
  return ({ kind, side, event, pointer, what }) => {
    // Other events, and elements of lists, may be before it.
    const place = [kind, side, pointer.replaceAll(/\/\d+(?=\/|$)/g, "/0"), what];
    if (event === undefined || pointer !== "") {
      return [JSON.stringify(place)];
    }
    count ??= readEvents(probe.complete ?? probeBytes(probe)).length;
    return [
      JSON.stringify([...place, "first", event]),
      JSON.stringify([...place, "last", event - count]),
    ];
  };
}
