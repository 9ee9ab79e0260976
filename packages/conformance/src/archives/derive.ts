import { type ArchiveDamage, ArchiveError, ArchiveWriter, readArchive } from "@stepwire/wire";
import { zstdCodec } from "@stepwire/wire/compressed";
import { partKindAt, readPart } from "@stepwire/wire/internal";
import type { ArchiveVector, ArchiveVectorOptions, RecoveredArchive } from "./format.js";

/** Documents to write. */
export interface WrittenArchive {
  readonly name: string;
  readonly type: string;
  readonly id: Uint8Array;
  readonly blocks: readonly (readonly Uint8Array[])[];
}

/** The bytes of an archive to read. */
export interface ReadArchive {
  readonly name: string;
  readonly archive: Uint8Array;
  readonly options?: ArchiveVectorOptions;
}

/** Writes the archive of a case. */
export function writeArchive({ type, id, blocks }: Omit<WrittenArchive, "name">): Uint8Array {
  const writer = new ArchiveWriter(type, { id });
  const parts = blocks.flatMap((block) => [writer.write(block), writer.flush()]);
  return Buffer.concat([...parts, writer.end()]);
}

/** Asks our writer and our reader what becomes of an input. */
export async function deriveArchive(input: WrittenArchive | ReadArchive): Promise<ArchiveVector> {
  const isWritten = "blocks" in input;
  const archive = isWritten ? writeArchive(input) : input.archive;
  const options = isWritten ? undefined : input.options;
  const documents: string[] = [];
  let error: ArchiveError | undefined;
  try {
    for await (const { bytes } of readArchive(bytesOf(archive), { ...options, codecs })) {
      documents.push(hex(bytes));
    }
  } catch (thrown) {
    error = archiveError(thrown);
  }
  const type = isWritten ? input.type : typeOf(archive);
  return {
    name: input.name,
    ...(type !== undefined && { type }),
    ...(isWritten && { id: hex(input.id), blocks: input.blocks.map(({ length }) => length) }),
    ...(options && { options }),
    archive: hex(archive),
    documents,
    ...(error && {
      error: { code: error.code, offset: error.offset, document: error.document ?? 0 },
      ...(await recover(archive, options)),
    }),
  };
}

const codecs = [zstdCodec];

/** Reads an archive, and continues after errors. Returns nothing if that is not possible. */
async function recover(
  archive: Uint8Array,
  options: ArchiveVectorOptions | undefined,
): Promise<{ readonly recovered?: RecoveredArchive }> {
  const documents: [number, string][] = [];
  const damages: ArchiveDamage[] = [];
  const onDamage = (damage: ArchiveDamage): void => {
    damages.push(damage);
  };
  try {
    const all = readArchive(bytesOf(archive), { ...options, codecs, onDamage });
    for await (const { number, bytes } of all) {
      documents.push([number, hex(bytes)]);
    }
  } catch (thrown) {
    archiveError(thrown);
    return {};
  }
  const lost = damages.map(({ error, start, end, firstDocument, lastDocument }) => ({
    code: error.code,
    start,
    end,
    first: firstDocument,
    last: lastDocument ?? null,
  }));
  return { recovered: { documents, lost } };
}

/** Returns the type in the header. */
function typeOf(archive: Uint8Array): string | undefined {
  const kind = partKindAt(archive, 0);
  const part = kind && readPart(kind, archive, 0);
  return part?.kind === "header" ? part.type : undefined;
}

function archiveError(thrown: unknown): ArchiveError {
  if (!(thrown instanceof ArchiveError)) {
    throw thrown;
  }
  return thrown;
}

async function* bytesOf(archive: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(archive);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
