/* The SDK `openai` from npm: what it returns is written with JSON.stringify. */
import OpenAI from "openai";
import {
  answerLines,
  collect,
  frame,
  type ProbeLine,
  type Rewritten,
  responseOf,
} from "./lines.js";

const model = "stepwire-doctor";

await answerLines((line) => (line.form === "document" ? document(line) : stream(line)));

function clientFor(line: ProbeLine): OpenAI {
  return new OpenAI({
    apiKey: "none",
    baseURL: "http://doctor.invalid/v1",
    maxRetries: 0,
    fetch: () => Promise.resolve(responseOf(line)),
  });
}

function document(line: ProbeLine): Promise<Rewritten> {
  const client = clientFor(line);
  return collect(async (add) => {
    switch (line.family) {
      case "chat":
        add(JSON.stringify(await client.chat.completions.create({ model, messages: [] })));
        break;
      case "responses":
        add(JSON.stringify(await client.responses.create({ model, input: "" })));
        break;
      case "assistants": {
        const ids = { thread_id: "thread_probe_1", run_id: "run_probe_1" };
        add(JSON.stringify(await client.beta.threads.runs.steps.retrieve("step_probe_1", ids)));
        break;
      }
    }
  });
}

function stream(line: ProbeLine): Promise<Rewritten> {
  const client = clientFor(line);
  return collect(async (add) => {
    try {
      await writeEvents(client, line, add);
    } catch (error) {
      // An event that says what went wrong becomes an error with its content.
      if (!(error instanceof OpenAI.APIError) || line.name !== "failure") {
        throw error;
      }
      const content = error.error ?? { message: error.message };
      add(
        line.family === "chat"
          ? frame(undefined, JSON.stringify({ error: content }))
          : frame("error", JSON.stringify(content)),
      );
    }
  });
}

async function writeEvents(
  client: OpenAI,
  { family }: ProbeLine,
  add: (text: string) => void,
): Promise<void> {
  switch (family) {
    case "chat":
      for await (const chunk of await client.chat.completions.create({
        model,
        messages: [],
        stream: true,
      })) {
        add(frame(undefined, JSON.stringify(chunk)));
      }
      add(frame(undefined, "[DONE]"));
      break;
    case "responses":
      for await (const event of await client.responses.create({ model, input: "", stream: true })) {
        add(frame(event.type, JSON.stringify(event)));
      }
      break;
    case "assistants":
      for await (const { event, data } of await client.beta.threads.runs.create("thread_probe_1", {
        assistant_id: "asst_probe_1",
        stream: true,
      })) {
        add(frame(event, JSON.stringify(data)));
      }
      add(frame("done", "[DONE]"));
      break;
  }
}
