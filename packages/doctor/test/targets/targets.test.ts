import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "@stepwire/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type ProbeResult, probeId } from "../../src/index.js";
import { targetSpecs } from "./list.js";
import { measureAll } from "./measure.js";
import { type Measured, type Section, updateSections } from "./table.js";

/** Everything is installed first, and some targets take a minute for all probes. */
const timeout = 45 * 60_000;

const page = readFileSync(join(projectRoot, "docs/doctor.md"), "utf8");

function section(name: Section): string {
  const [, content = ""] = page.split(new RegExp(`<!-- /?${name} -->`));
  return content.trim();
}

describe("issue 19: what libraries and servers drop", () => {
  let measured: readonly Measured[] = [];

  beforeAll(async () => {
    measured = await measureAll("", (line) => console.log(line));
  }, timeout);

  function resultsOf(name: string): readonly ProbeResult[] {
    return measured.find(({ spec }) => spec.name === name)?.results ?? [];
  }

  it.each(targetSpecs.filter(({ isOurs }) => isOurs === true))("$name: nothing", ({ name }) => {
    const results = resultsOf(name);
    const lost = results.filter(({ findings }) => findings.length > 0);
    expect(lost.map(({ probe, findings }) => [probeId(probe), findings])).toEqual([]);
    const sent = results.filter(({ skipped }) => skipped === undefined);
    expect(sent.length).toBeGreaterThan(120);
  });

  it("there are at least five others", () => {
    expect(measured.length).toBeGreaterThanOrEqual(3 + 5);
  });

  it.each(targetSpecs)("$name: the page says what", (spec) => {
    const own = measured.find((each) => each.spec.name === spec.name);
    const former = {
      "doctor-summary": section("doctor-summary"),
      "doctor-probes": section("doctor-probes"),
      "doctor-examples": section("doctor-examples"),
    };
    const current = updateSections(former, targetSpecs, own === undefined ? [] : [own]);
    expect(current["doctor-summary"]).toBe(former["doctor-summary"]);
    expect(current["doctor-examples"].trim()).toBe(former["doctor-examples"]);
    if (own !== undefined) {
      expect(current["doctor-probes"]).toBe(former["doctor-probes"]);
    }
  });
});
