/** A document that comes with the page. */
export interface Sample {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

const files: Record<string, string> = import.meta.glob(
  "../../../../samples/**/*.{json,jsonl,sse}",
  {
    query: "?raw",
    import: "default",
    eager: true,
  },
);

const titles: Readonly<Record<string, string>> = {
  "all-tools.json": "All kinds of tools",
  "foreign-tool.json": "Unknown tool",
  "message.json": "Message creation",
  "waiting.json": "Waiting",
  "failed.json": "Failed",
  "list.json": "List of steps",
  "deltas.jsonl": "Deltas (JSONL)",
  "event.json": "Stream event",
  "stream.sse": "Transcript (SSE)",
  "threads/run.json": "Run",
  "threads/messages.json": "List of messages",
  "threads/assistant.json": "Assistant",
  "chat/answer.json": "Chat completion",
  "chat/tools.json": "Chat completion with tool calls",
  "chat/dialects.json": "Chat completion of other servers",
  "chat/stream.sse": "Chat transcript (SSE)",
  "responses/answer.json": "Response",
  "responses/tools.json": "Response with tool calls",
  "responses/dialects.json": "Response of other servers",
  "responses/stream.sse": "Transcript of a response (SSE)",
};

/** The project's own samples, in the order in which they are good to look at. */
export const samples: readonly Sample[] = Object.entries(titles).flatMap(([name, title]) => {
  const text = files[`../../../../samples/${name}`];
  return text === undefined ? [] : [{ name, title, text }];
});

/** The document that the page shows first. */
export const sampleDocument: Sample = samples[0] ?? { name: "", title: "", text: "{}" };

/** The transcript that is played if the document is none. */
export const sampleTranscript: Sample | undefined = samples.find(({ name }) =>
  name.endsWith(".sse"),
);
