/** The first version of the `fetch` of Node that decodes zstd. */
const ZSTD_IN_NODE = { major: 7, minor: 12 };

/**
 * Returns whether `fetch` has decoded a body. It leaves the header as it was, so this cannot be seen from
 * an answer. If one of the encodings is unknown, it decodes none.
 *
 * @param encodings the encodings of the body, in lower case, without `identity`.
 */
export function isDecoded(encodings: readonly string[]): boolean {
  return encodings.every((encoding) => DECODED.has(encoding));
}

/** The encodings that `fetch` decodes in this runtime if a request asks for `identity`. */
const DECODED: ReadonlySet<string> = new Set(decodedHere());

function decodedHere(): readonly string[] {
  // Older versions of Node, and some workers, do not have it.
  const agent = (globalThis.navigator as Navigator | undefined)?.userAgent ?? "";
  const [runtime] = agent.split("/", 1);
  switch (runtime) {
    case "Deno":
      // It decodes only what it has asked for itself.
      return [];
    case "Cloudflare-Workers":
      return ["gzip", "br"];
    case "Bun":
      return ["gzip", "x-gzip", "deflate", "br", "zstd"];
    default:
      return ["gzip", "x-gzip", "deflate", "br", ...(hasZstdInNode() ? ["zstd"] : [])];
  }
}

function hasZstdInNode(): boolean {
  const versions = (globalThis.process as Partial<NodeJS.Process> | undefined)?.versions;
  const [major = 0, minor = 0] = (versions?.["undici"] ?? "").split(".").map(Number);
  return (
    major > ZSTD_IN_NODE.major || (major === ZSTD_IN_NODE.major && minor >= ZSTD_IN_NODE.minor)
  );
}
