import { readFileSync } from "node:fs";
import { RunStepSchema, ToolCallSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { BrowserCallSchema } from "./gen/acme/v1/browser_pb.js";

const step = parseOpenAI(RunStepSchema, readFileSync("step.json"));
const { toolCalls } = step.stepDetails.stepDetails.value;

for (const [index, call] of toolCalls.entries()) {
  const json = stringifyOpenAI(ToolCallSchema, call);
  if (call.toolCall.case !== undefined || JSON.parse(json).type !== "browser") {
    continue; // one that Stepwire knows, or another vendor's
  }
  const visit = parseOpenAI(BrowserCallSchema, json);
  console.log(visit.browser.session, visit.browser.links.length, "links");
  visit.browser.links.pop();
  toolCalls[index] = parseOpenAI(ToolCallSchema, stringifyOpenAI(BrowserCallSchema, visit));
}
console.log(JSON.stringify(JSON.parse(stringifyOpenAI(RunStepSchema, step)).step_details, null, 1));
