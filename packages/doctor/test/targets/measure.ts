import { createSuite, examine, type ProbeResult } from "../../src/index.js";
import { MissingTargetError } from "./install.js";
import { type TargetSpec, targetSpecs } from "./list.js";
import type { Measured } from "./table.js";

/** Examines one target with the whole suite. @throws {MissingTargetError} if it cannot be had. */
export async function measureTarget(spec: TargetSpec): Promise<Measured> {
  const target = await spec.open();
  const results: ProbeResult[] = [];
  try {
    const bounds = { maxFindings: 1000, maxDepth: 1000 };
    for await (const result of examine(target, createSuite(spec.families), { bounds })) {
      results.push(result);
    }
  } finally {
    await target.close();
  }
  const { name, version, how } = spec;
  return { spec: { name, version, how }, results };
}

/** Examines all targets whose name contains a text. What cannot be had is reported and left out. */
export async function measureAll(
  only: string,
  report: (line: string) => void,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const spec of targetSpecs.filter(({ name }) => name.includes(only))) {
    try {
      const each = await measureTarget(spec);
      const intact = each.results.filter(
        ({ findings, skipped }) => findings.length === 0 && skipped === undefined,
      );
      const sent = each.results.filter(({ skipped }) => skipped === undefined);
      report(`${spec.name}: ${intact.length} of ${sent.length} probes came through`);
      measured.push(each);
    } catch (error) {
      if (!(error instanceof MissingTargetError)) {
        throw error;
      }
      report(`skipped: ${spec.name}: ${error.message}; its column stays as it is`);
    }
  }
  return measured;
}
