import { rmSync } from "node:fs";
import { join } from "node:path";
import { generator } from "../project.ts";
import { goReference } from "./go.ts";
import { javaReference } from "./java.ts";
import { protoReference } from "./proto.ts";
import { pythonReference } from "./python.ts";
import type { Reference, ReferenceBuilder } from "./reference.ts";
import { rustReference } from "./rust.ts";
import { typescriptReference } from "./typescript.ts";

/** All references, in the order of the sidebar. */
export const builders: readonly ReferenceBuilder[] = [
  typescriptReference,
  pythonReference,
  goReference,
  rustReference,
  javaReference,
  protoReference,
];

/**
 * Builds the references that are wanted. A missing tool is reported and leaves its reference out; in
 * CI it is an error.
 *
 * @param only the names of the wanted ones; undefined for all.
 */
export async function buildReferences(only: readonly string[] | undefined): Promise<Reference[]> {
  const unknown = only?.filter((name) => !builders.some((each) => each.name === name)) ?? [];
  if (unknown.length > 0) {
    const names = builders.map(({ name }) => name).join(", ");
    throw new Error(`--only: there is no reference ${unknown.join(", ")}; there are ${names}`);
  }
  const built: Reference[] = [];
  for (const builder of builders) {
    built.push(await buildOne(builder, only));
  }
  return built;
}

async function buildOne(
  builder: ReferenceBuilder,
  only: readonly string[] | undefined,
): Promise<Reference> {
  const { name, language, about, address } = builder;
  const folder = join(generator, "public/reference", name);
  rmSync(folder, { recursive: true, force: true });
  const left = { language, about, address, pages: [] };
  if (only !== undefined && !only.includes(name)) {
    return { ...left, skipped: "left out by --only" };
  }
  const missing = await builder.missing();
  if (missing !== undefined) {
    if (process.env["CI"] === "true") {
      throw new Error(`${missing}; CI needs it`);
    }
    console.log(`SKIPPED: the API reference of ${language}: ${missing}`);
    return { ...left, skipped: missing };
  }
  console.log(`API reference of ${language}`);
  return { ...left, pages: await builder.build(folder), skipped: undefined };
}
