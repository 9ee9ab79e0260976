import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { run } from "../command.ts";

/** A list of software in a CycloneDX document. Only what is used here. */
interface Bom {
  readonly metadata: { readonly component: { readonly purl?: string } };
  readonly components: readonly unknown[];
}

/**
 * Lists what each published npm package needs at run time, as CycloneDX 1.7, in a document for
 * each, such as `stepwire-core-0.1.0.cdx.json`.
 *
 * @param packages the names of the packages.
 * @param version their version.
 * @param folder an empty folder for the documents.
 * @returns what is wrong with them; empty if nothing is.
 */
export async function createSboms(
  packages: readonly string[],
  version: string,
  folder: string,
): Promise<string[]> {
  const { succeeded, output } = await run([
    "pnpm",
    "sbom",
    "--sbom-format=cyclonedx",
    "--sbom-spec-version=1.7",
    "--prod",
    "--lockfile-only",
    "--split",
    `--out=${join(folder, "%s-%v.cdx.json")}`,
    ...packages.map((name) => `--filter=${name}`),
  ]);
  if (!succeeded) {
    return [`pnpm sbom failed:\n${output}`];
  }
  const texts = globSync("*.cdx.json", { cwd: folder }).map((file) =>
    readFileSync(join(folder, file), "utf8"),
  );
  return await checkSboms(texts, packages, version);
}

/** Returns what is wrong with the documents of some packages; empty if nothing is. */
export async function checkSboms(
  texts: readonly string[],
  packages: readonly string[],
  version: string,
): Promise<string[]> {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot7);
  const problems: string[] = [];
  const described: (string | undefined)[] = [];
  for (const text of texts) {
    const faults = await validator.validate(text);
    const { metadata } = JSON.parse(text) as Bom;
    described.push(metadata.component.purl);
    if (faults !== null) {
      problems.push(`${metadata.component.purl}: not CycloneDX: ${JSON.stringify(faults)}`);
    }
  }
  const missing = packages.filter(
    (name) => !described.includes(`pkg:npm/${name.replace("@", "%40")}@${version}`),
  );
  return [...problems, ...missing.map((name) => `no SBOM describes ${name} ${version}`)];
}
