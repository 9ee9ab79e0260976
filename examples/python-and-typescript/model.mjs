// An OpenAI-compatible server whose only model always says the same. "x_kitchen" is in no schema.
import { createServer } from "node:http";

const words = ["Dear", " Ada", ",", " the", " bread", " is", " ready", "."];
const base = { id: "chatcmpl_1", object: "chat.completion.chunk", created: 1790000000 };

createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
  }
  const { model } = JSON.parse(text);
  if (model !== "baker-5") {
    response.writeHead(404, { "content-type": "application/json" });
    response.end(`{"error":{"message":"There is no model ${model}.","code":"model_not_found"}}`);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const [index, content] of words.entries()) {
    const finish_reason = index === words.length - 1 ? "stop" : null;
    const choices = [{ index: 0, delta: { content }, finish_reason }];
    const chunk = { ...base, model, choices, x_kitchen: { oven: 210.5 } };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end("data: [DONE]\n\n");
}).listen(8080, "127.0.0.1", () => console.log("the model: http://127.0.0.1:8080/v1"));
