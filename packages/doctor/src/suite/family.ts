import { readFileSync } from "node:fs";
import type { ProbeRequest } from "../probe.js";
import { type ProbeValue, writeProbe } from "./edit.js";

/** Values at JSON Pointers; a pointer that ends in `/-` appends to a list. */
export type Changes = Readonly<Record<string, ProbeValue>>;

/** An event of the data of a family. */
export interface FamilyEvent {
  /** The line `event:`; absent if there is none. */
  readonly event?: string;
  /** The payload; a string is the text of the payload. */
  readonly data: ProbeValue;
}

/** What documents, deltas and requests have in common: places that are hard to pass on. */
interface Places {
  /** Constants that no specification has. */
  readonly odd: Changes;
  /** Tools of an unknown type. */
  readonly tools: Changes;
  /** Lists, texts and objects that are empty. */
  readonly empty: Changes;
  readonly integers: readonly string[];
  /** A text for hard characters. */
  readonly text: string;
}

/** A request as in the data of a family. */
interface FamilyRequest {
  readonly method: ProbeRequest["method"];
  readonly path: string;
  readonly body?: ProbeValue;
}

/** The data of an API: one usual document and stream, and the places that probes change. */
export interface Family extends Places {
  readonly document: ProbeValue;
  /** Members that may be null. */
  readonly nullable: readonly string[];
  /** Members that may be absent. */
  readonly optional: readonly string[];
  /** Content of an unknown type. */
  readonly parts: Changes;
  readonly requests: { readonly document: FamilyRequest; readonly stream: FamilyRequest };
  /** Places in the body of the request; absent if it has none. */
  readonly request?: Places & {
    readonly nullable: readonly string[];
    readonly parts: Changes;
  };
  readonly events: readonly FamilyEvent[];
  /** The event that ends a stream; absent if the last one does. */
  readonly end?: FamilyEvent;
  /** The number of an event with a text, and places in its payload. */
  readonly delta: Places & { readonly event: number };
  readonly unknownEvent: FamilyEvent;
  readonly failureEvent: FamilyEvent;
}

/** The APIs for which there are probes. */
export const familyNames = ["chat", "responses", "assistants"] as const;

/** The name of an API for which there are probes. */
export type FamilyName = (typeof familyNames)[number];

/** Reads the data of an API, which is a part of the package. */
export function readFamily(name: FamilyName): Family {
  const path = new URL(`../../suite/${name}.json`, import.meta.url);
  // The files are a part of the package, and all of them are read by its tests.
  return JSON.parse(readFileSync(path, "utf8")) as Family;
}

/** Returns a request with its body as text. */
export function toProbeRequest({ method, path, body }: FamilyRequest): ProbeRequest {
  return { method, path, body: body === undefined ? undefined : writeProbe(body) };
}

/** Returns how a server is asked for a document or a stream of an API. */
export function requestOf(name: FamilyName, form: "document" | "stream"): ProbeRequest {
  return toProbeRequest(readFamily(name).requests[form]);
}
