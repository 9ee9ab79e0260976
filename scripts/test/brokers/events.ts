/** An event as its JSON form, see docs/server-sent-events.md. */
export interface NamedEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Reads recorded events, of which each has a line `event` and a line `data`. */
export function sseEvents(text: string): readonly NamedEvent[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: event === "done" ? data : JSON.parse(data) };
    });
}

/** Returns the JSON at the end of each line, after the first space. */
export function jsonOf(lines: string): readonly unknown[] {
  const texts = lines.split("\n").filter((line) => line !== "");
  return texts.map((line): unknown => JSON.parse(line.slice(line.indexOf(" "))));
}
