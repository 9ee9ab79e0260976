import { expect, onTestFinished } from "vitest";
import { startIngress } from "./ingress.ts";
import { startUpstream } from "./upstream.ts";

/** A program that talks to the API. */
export interface Integration {
  /** Runs it with these variables. Returns what it prints. */
  readonly run: (environment: Readonly<Record<string, string>>) => Promise<string>;
  /** Operations that the ingress must have answered: the others were passed through. */
  readonly operations: readonly string[];
  /** Texts that it must print, so that two empty outputs are not equal by chance. */
  readonly prints: readonly string[];
}

/** No such host exists, so a request that does not go to the ingress fails. */
const nowhere = "http://api.invalid/v1";

/**
 * Runs a program twice: with the upstream as its API, and with an ingress in front of the upstream.
 * It must print the same, and the upstream must receive the same requests.
 */
export async function compareRuns({ run, operations, prints }: Integration): Promise<void> {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  const ingress = await startIngress(upstream.url);
  onTestFinished(() => ingress.close());
  const common = {
    OPENAI_API_KEY: "key-of-nobody",
    OPENAI_MODEL: "crumb-1",
    OPENAI_EMBEDDING_MODEL: "crumb-embed",
  };

  const direct = await run({ ...common, OPENAI_BASE_URL: upstream.url });
  const wanted = { requests: upstream.take(), aborted: upstream.aborted };
  expect(ingress.take()).toEqual([]);
  for (const text of prints) {
    expect(direct).toContain(text);
  }
  const through = await run({
    ...common,
    OPENAI_BASE_URL: nowhere,
    STEPWIRE_INGRESS: ingress.url,
  });
  expect(through.split("\n").map(canonical)).toEqual(direct.split("\n").map(canonical));
  const requests = upstream.take();
  expect(requests).toEqual(wanted.requests);
  await expect.poll(() => upstream.aborted, { timeout: 30_000 }).toBe(2 * wanted.aborted);
  expect(ingress.take()).toEqual(expect.arrayContaining([...operations]));
}

/**
 * Returns a line of output. If it is JSON, its members are sorted, because their order is not kept;
 * numbers keep their digits.
 */
export function canonical(line: string): string {
  try {
    JSON.parse(line);
  } catch {
    return line;
  }
  // Numbers become texts, so that no digit is lost.
  const text = line.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : `"number ${token}"`,
  );
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
