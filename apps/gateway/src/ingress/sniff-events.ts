import type { Body } from "./decoded-body.js";

const FIELDS = ["event", "data", "id", "retry"];
const BOM = Buffer.from("\uFEFF").toString("latin1");
/** How many bytes of blank lines may come before the first line that tells. */
const MOST = 1024;

/**
 * Whether a body whose type does not say so is a stream of events: its first line is a
 * field of an event, or a comment. Clients read any answer to such a request as events.
 *
 * @returns the body from its start; undefined if it is something else, and ended.
 */
export async function sniffEvents(body: Body): Promise<Body | undefined> {
  const chunks: Uint8Array[] = [];
  let start = "";
  for (;;) {
    const { done, value } = await body.next();
    if (done !== true) {
      chunks.push(value);
      start += Buffer.from(value.subarray(0, MOST)).toString("latin1");
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

/** Undefined where more bytes are needed to tell. */
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
