import type { Probe } from "../probe.js";
import { documentProbes } from "./documents.js";
import { type FamilyName, familyNames, readFamily } from "./family.js";
import { requestProbes } from "./requests.js";
import { streamProbes } from "./streams.js";

/** Returns the probes of some APIs, by default of all: documents, streams, and requests. */
export function createSuite(families: readonly FamilyName[] = familyNames): Probe[] {
  return families.flatMap((name) => {
    const family = readFamily(name);
    return [
      ...documentProbes(name, family),
      ...streamProbes(name, family),
      ...requestProbes(name, family),
    ];
  });
}
