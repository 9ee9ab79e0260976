// Reads a response in the background, and checks that it gets each event once.
import { OpenAI } from "openai";

const openai = new OpenAI({ baseURL: "http://127.0.0.1:8080/v1", apiKey: "none", maxRetries: 0 });
const request = { model: "slow", input: "Tell me a story.", background: true, stream: true };

let id = "";
let last = -1;
let stream = await openai.responses.create(request);
for (let isComplete = false; !isComplete; ) {
  try {
    for await (const event of stream) {
      if (event.sequence_number !== last + 1) {
        throw new Error(`event ${event.sequence_number} came after ${last}`);
      }
      last = event.sequence_number;
      id ||= event.response.id;
      isComplete = event.type === "response.completed";
      if (last % 50 === 0) {
        console.log("event", last);
      }
    }
  } catch (error) {
    // The replica with the connection to the server is gone.
    if (error.code !== "upstream_lost") {
      throw error;
    }
    console.log("continued after a replica was lost");
    stream = await openai.responses.retrieve(id, { stream: true, starting_after: last });
  }
}
console.log(last + 1, "events, none missing");
