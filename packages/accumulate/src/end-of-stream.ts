import type { StreamEvent } from "@stepwire/core";
import { splitJsonObject } from "@stepwire/json";

/** The payload by which servers end a stream, whatever the event is called. */
const DONE_TEXT = "[DONE]";

/** How server-sent events call an event without a name. */
const DEFAULT_NAME = "message";

/** The JSON of a member `error` that reports none. */
const NO_ERROR = ["null", "false", "0", '""'];

/** How an event ends its stream; undefined if it does not. */
export function endOfStream({
  event,
  dataText,
  jsonResidue,
}: StreamEvent): "done" | "error" | undefined {
  switch (event.case) {
    case "done":
    case "error":
      return event.case;
    case "other": {
      const { event: name, data } = event.value;
      return name === "" || name === DEFAULT_NAME ? endOfUnnamed(data, dataText) : undefined;
    }
    case undefined:
      return endOfUnnamed(jsonResidue?.members["data"], dataText);
    default:
      return undefined;
  }
}

function endOfUnnamed(
  data: string | undefined,
  dataText: string | undefined,
): "done" | "error" | undefined {
  if (dataText === DONE_TEXT) {
    return "done";
  }
  const error = data === undefined ? undefined : splitJsonObject(data)?.get("error");
  return error === undefined || NO_ERROR.includes(error) ? undefined : "error";
}
