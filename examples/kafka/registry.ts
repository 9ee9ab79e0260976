import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";

/*
 * Registers `.proto` files with a schema registry that has the interface of Confluent's: Confluent,
 * Apicurio (below `/apis/ccompat/v7`), Karapace, Redpanda.
 */

/** Where the `.proto` files are, and the registry. */
export interface Registration {
  /** The address of the registry. */
  readonly registry: string;
  /** The folder with `stepwire`, such as `node_modules/@stepwire/core/proto`. */
  readonly protos: string;
}

/** A file in the registry. */
interface Registered {
  readonly id: number;
  readonly version: number;
}

/** Files that are registered, by their subjects: many are imported several times. */
type Known = Map<string, Registered>;

interface Reference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/**
 * Registers a file as a version of a subject, after all files that it imports: the subject of an
 * import is its path. Registering the same files again changes nothing.
 *
 * @returns the identifier of the file's schema.
 */
export async function registerSchema(
  subject: string,
  file: DescFile,
  where: Registration,
): Promise<number> {
  const { id } = await register(subject, file, where, new Map());
  return id;
}

async function register(
  subject: string,
  file: DescFile,
  where: Registration,
  known: Known,
): Promise<Registered> {
  const earlier = known.get(subject);
  if (earlier !== undefined) {
    return earlier;
  }
  const references: Reference[] = [];
  for (const dependency of file.dependencies) {
    const { name, package: packageName } = dependency.proto;
    // Registries know google/protobuf/*.proto.
    if (!packageName.startsWith("google.protobuf")) {
      const { version } = await register(name, dependency, where, known);
      references.push({ name, subject: name, version });
    }
  }
  const schema = await readFile(join(where.protos, file.proto.name), "utf8");
  const body = { schemaType: "PROTOBUF", schema, references };
  const path = `subjects/${encodeURIComponent(subject)}`;
  const { id } = await post(`${where.registry}/${path}/versions`, body);
  const { version } = await post(`${where.registry}/${path}`, body);
  if (id === undefined || version === undefined) {
    throw new Error(`the registry gave no identifier and version to ${subject}`);
  }
  known.set(subject, { id, version });
  return { id, version };
}

async function post(url: string, body: unknown): Promise<Partial<Registered>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${(await response.text()).slice(0, 1_000)}`);
  }
  const answer: unknown = await response.json();
  // The registry's own interface.
  return answer as Partial<Registered>;
}
