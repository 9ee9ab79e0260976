import type { Body } from "./upstream-client.js";

const FIELDS = ["event", "data", "id", "retry"];
/** The byte order mark of UTF-8, one character for each byte. */
const BOM = "\u00EF\u00BB\u00BF";
/** Maximum number of bytes of blank lines before the first line with content. */
const MOST = 1024;

/**
 * Detects a stream of events whose content type does not say so: its first line is a field of an
 * event, or a comment. Clients read any answer to such a request as events.
 *
 * @returns the complete body; undefined if it is not a stream of events, and then it is ended.
 */
export async function sniffEvents(body: Body): Promise<Body | undefined> {
  const chunks: Uint8Array[] = [];
  let start = "";
  for (;;) {
    const { done, value } = await body.next();
    if (done !== true) {
      chunks.push(value);
      start += String.fromCharCode(...value.subarray(0, MOST));
    }
    const answer = isEventStart(start, done === true);
    if (answer === true) {
      return preceded(chunks, body);
    }
    if (answer === false || start.length > MOST) {
      await body.return?.();
      return undefined;
    }
  }
}

/** Returns undefined if more bytes are needed to decide. */
function isEventStart(start: string, isAll: boolean): boolean | undefined {
  if (!isAll && BOM.startsWith(start)) {
    return undefined;
  }
  const text = (start.startsWith(BOM) ? start.slice(BOM.length) : start).replace(/^[\r\n]+/, "");
  const [line = ""] = text.split(/[\r\n]/);
  const colon = line.indexOf(":");
  if (colon !== -1) {
    return colon === 0 || FIELDS.includes(line.slice(0, colon));
  }
  if (isAll || line.length < text.length) {
    return FIELDS.includes(line);
  }
  return FIELDS.some((field) => field.startsWith(line)) ? undefined : false;
}

function preceded(chunks: Uint8Array[], body: Body): Body {
  const result: Body = {
    next: async () => {
      const value = chunks.shift();
      return value === undefined ? await body.next() : { done: false, value };
    },
    return: async () => {
      chunks.length = 0;
      return (await body.return?.()) ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => result,
  };
  return result;
}
