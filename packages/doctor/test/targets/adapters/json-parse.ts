/* JSON.parse and JSON.stringify, with eventsource-parser for streams: what a program without an SDK does. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import {
  answerLines,
  collect,
  frame,
  type ProbeLine,
  type Rewritten,
  responseOf,
} from "./lines.js";

await answerLines((line) => (line.form === "document" ? document(line) : stream(line)));

function document({ text }: ProbeLine): Promise<Rewritten> {
  return collect((add) => Promise.resolve(add(JSON.stringify(JSON.parse(text)))));
}

function stream(line: ProbeLine): Promise<Rewritten> {
  return collect(async (add) => {
    const events = responseOf(line)
      .body?.pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { event, id, data } of events ?? []) {
      const payload = data === "[DONE]" ? data : JSON.stringify(JSON.parse(data));
      add(`${id === undefined ? "" : `id: ${id}\n`}${frame(event, payload)}`);
    }
  });
}
