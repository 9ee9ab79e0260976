import type { Sizes } from "../model/conversion.js";
import type { EngineReply, EngineRequest, EngineResults, Envelope } from "../model/protocol.js";
import { convert, isEditable, type KeptConversion } from "./convert.js";
import type { Report, SourceText } from "./converted.js";
import type { StreamPlayer } from "./player.js";
import { allTypes } from "./schema.js";

/*
 * All conversion happens in this worker, so that it does not block the page. To cancel a conversion,
 * the page terminates the worker and starts another one. Only measuring can be cancelled without
 * that, so that the conversion is kept.
 */

let kept: KeptConversion | undefined;
let player: StreamPlayer | undefined;

async function answer(
  request: EngineRequest,
  report: Report,
): Promise<EngineResults[keyof EngineResults]> {
  switch (request.kind) {
    case "convert": {
      const source = await readSource(request.source, report);
      const result = await convert(source, request.options, report);
      kept = result.kept;
      return result.conversion;
    }
    case "read-bytes": {
      // Most readers give text, so that it is not loaded before.
      const { readBytes } = await import("./bytes/read-bytes.js");
      return await readBytes(request.given, request.choice, report);
    }
    case "measure":
      if (kept === undefined) {
        throw new Error("There is nothing to measure.");
      }
      return await measure(kept, report);
    case "open-stream":
      player = await newPlayer();
      return await player.open(request.text);
    case "seek":
      player ??= await newPlayer();
      return player.seek(request.event);
  }
}

/** Loads what only one tab needs. */
async function measure(measured: KeptConversion, report: Report): Promise<Sizes> {
  const { measureSizes } = await import("./sizes.js");
  return await measureSizes(measured, report);
}

/** Loads what only one tab needs. */
async function newPlayer(): Promise<StreamPlayer> {
  const { StreamPlayer } = await import("./player.js");
  return new StreamPlayer();
}

async function readSource(source: string | Blob, report: Report): Promise<SourceText> {
  if (typeof source === "string") {
    return { text: source, bytes: new TextEncoder().encode(source), isSmall: isEditable(source) };
  }
  const bytes = new Uint8Array(source.size);
  const reader = source.stream().getReader();
  let done = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes.set(part.value, done);
    done += part.value.length;
    report({ stage: "Reading", done, total: source.size });
  }
  const text = new TextDecoder().decode(bytes);
  return { text, bytes, isSmall: isEditable(text) };
}

function reply(message: EngineReply): void {
  self.postMessage(message);
}

/** How often the page hears of progress. */
const REPORT_MILLISECONDS = 60;

/** Cancelled requests. */
const abandoned = new Set<number>();

/** Reports progress from time to time, and stops a cancelled request. */
function reporter(id: number): Report {
  let last = 0;
  let stage = "";
  return (progress) => {
    if (abandoned.has(id)) {
      throw new Error("abandoned");
    }
    const now = performance.now();
    if (progress.stage !== stage || now - last >= REPORT_MILLISECONDS) {
      last = now;
      stage = progress.stage;
      reply({ kind: "progress", id, progress });
    }
  };
}

/** Requests are answered one after the other. */
let queue: Promise<void> = Promise.resolve();

async function handle(id: number, request: EngineRequest): Promise<void> {
  try {
    const result = await answer(request, reporter(id));
    reply({ kind: "done", id, result });
  } catch (reason) {
    reply({
      kind: "failed",
      id,
      message: reason instanceof Error ? reason.message : String(reason),
    });
  } finally {
    abandoned.delete(id);
  }
}

self.addEventListener("message", ({ data }: MessageEvent<Envelope>) => {
  if ("abandoned" in data) {
    abandoned.add(data.abandoned);
  } else {
    queue = queue.then(() => handle(data.id, data.request));
  }
});
reply({ kind: "ready", types: allTypes() });
