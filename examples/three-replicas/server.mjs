// An OpenAI-compatible server whose only model writes a word every 50 ms. A response in the
// background goes on without a reader, and can be read again from any event.
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const WORDS = 398;
const begun = new Map();

const eventAt = (id, number) => {
  const response = { id, object: "response", created_at: 1788300600, model: "slow", output: [] };
  if (number === 0) {
    return { type: "response.created", response: { ...response, status: "in_progress" } };
  }
  return number <= WORDS
    ? {
        type: "response.output_text.delta",
        item_id: "msg_1",
        output_index: 0,
        delta: `w${number} `,
      }
    : { type: "response.completed", response: { ...response, status: "completed" } };
};

const send = async (answer, id, first) => {
  answer.writeHead(200, { "content-type": "text/event-stream" });
  for (let number = first; number <= WORDS + 1 && !answer.destroyed; number++) {
    await delay(Math.max(0, begun.get(id) + 50 * number - Date.now()));
    const event = { ...eventAt(id, number), sequence_number: number };
    answer.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  answer.end();
};

createServer((request, answer) => {
  const { pathname, searchParams } = new URL(request.url, "http://server");
  if (request.method === "POST") {
    const id = `resp_${begun.size + 1}`;
    begun.set(id, Date.now());
    void send(answer, id, 0);
  } else {
    void send(answer, pathname.split("/").at(-1), Number(searchParams.get("starting_after")) + 1);
  }
}).listen(8000, "127.0.0.1", () => console.log("the server is ready"));
