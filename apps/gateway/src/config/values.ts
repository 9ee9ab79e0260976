import { InvalidArgumentError, Option } from "commander";

const PREFIX = "STEPWIRE_GATEWAY_";

/**
 * Creates an option that an environment variable can set too: `--max-body` is
 * STEPWIRE_GATEWAY_MAX_BODY.
 */
export function option(flags: string, description: string): Option {
  const made = new Option(flags, description);
  const name = made.long?.slice(2).replaceAll("-", "_").toUpperCase() ?? "";
  return made.env(`${PREFIX}${name}`);
}

const timeFactors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Longest delay of a Node timer, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** Parses a time such as `500ms`, `30s` or `10m`. Returns milliseconds. */
export function parseTime(text: string): number {
  const [, digits, unit = ""] = /^([0-9]+)(ms|s|m|h)$/.exec(text) ?? [];
  const time = Number(digits) * (timeFactors[unit] ?? Number.NaN);
  if (!(time <= LONGEST)) {
    throw new InvalidArgumentError("Expected a time such as 500ms, 30s or 10m.");
  }
  return time;
}

const sizeFactors: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20 };
const LARGEST = 2 ** 30;

/** Parses a number of bytes such as `500K` or `4M`. */
export function parseSize(text: string): number {
  const [, digits, unit = ""] = /^([0-9]+)([KM]?)$/.exec(text) ?? [];
  const size = Number(digits) * (sizeFactors[unit] ?? Number.NaN);
  if (!(size >= 1 && size <= LARGEST)) {
    throw new InvalidArgumentError("Expected a number of bytes up to 1024M, such as 500K or 4M.");
  }
  return size;
}

/** Parses a count of at least 1. */
export function parseCount(text: string): number {
  const count = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1) {
    throw new InvalidArgumentError("Expected a number from 1 to 999999.");
  }
  return count;
}

/** Parses a port; 0 means any free port. */
export function parsePort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw new InvalidArgumentError("Expected a number from 0 to 65535.");
  }
  return port;
}

/** Parses the URL of a service. User names and passwords are not allowed in it. */
export function parseServiceUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new InvalidArgumentError("Expected a URL that begins with http:// or https://.");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new InvalidArgumentError("Expected a URL without a password, query or fragment.");
  }
  return text.replace(/\/+$/, "");
}

/** The store in the memory of the process. */
export const MEMORY = "memory";

/** Where streams are stored: in memory, in the files of a folder, or in NATS servers. */
export type StoreAddress =
  | typeof MEMORY
  | { readonly directory: string }
  | {
      readonly servers: readonly string[];
      readonly user?: string;
      readonly password?: string;
      /** Whether one of the addresses requires TLS. */
      readonly isSecure: boolean;
    };

/** Parses the address of a store. The user and the password are those of the first server. */
export function parseStore(text: string): StoreAddress {
  if (text === MEMORY) {
    return MEMORY;
  }
  if (/^file:./.test(text)) {
    return { directory: text.slice("file:".length) };
  }
  const urls = text.split(",").map((each) => URL.parse(each));
  const [first] = urls;
  const servers = urls.flatMap((url) =>
    url !== null && ["nats:", "tls:"].includes(url.protocol) && url.host !== ""
      ? [`nats://${url.host}`]
      : [],
  );
  if (servers.length < urls.length) {
    // The text may contain a password.
    throw new InvalidArgumentError(
      "Expected memory, file:FOLDER, or addresses such as nats://127.0.0.1:4222 or tls://nats.example:4222, separated by commas.",
    );
  }
  return {
    servers,
    isSecure: urls.some((url) => url?.protocol === "tls:"),
    ...(first?.username && { user: decodeURIComponent(first.username) }),
    ...(first?.password && { password: decodeURIComponent(first.password) }),
  };
}

/** Parses the prefix of all paths, such as `/v1`; it may be empty. */
export function parsePathPrefix(text: string): string {
  if (!/^(\/[A-Za-z0-9._~-]+)*$/.test(text)) {
    throw new InvalidArgumentError("Expected a path such as /v1, without a slash at the end.");
  }
  return text;
}
