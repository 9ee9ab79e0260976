import type { DescMessage } from "@bufbuild/protobuf";
import { RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { ChatCompletionSchema, ChatCompletionStreamEventSchema } from "@stepwire/core/chat";
import { ResponseSchema, ResponseStreamEventSchema } from "@stepwire/core/responses";
import { decodeEventsToBinary, encodeEventsFromBinary } from "@stepwire/openai-sse";
import { createTranscoder } from "@stepwire/transcode";
import type { Answer, Probe, Target } from "../../src/index.js";
import { probeBytes } from "../../src/index.js";

interface Schemas {
  readonly document: DescMessage;
  readonly event: DescMessage;
}

const schemas: Readonly<Record<string, Schemas>> = {
  assistants: { document: RunStepSchema, event: StreamEventSchema },
  chat: { document: ChatCompletionSchema, event: ChatCompletionStreamEventSchema },
  responses: { document: ResponseSchema, event: ResponseStreamEventSchema },
};

/** The libraries of Stepwire: JSON to binary and back. */
export const own: Target = {
  skips: ({ form, isLive }) => (form === "request" || isLive ? "a library" : undefined),
  send: (probe) => (probe.form === "stream" ? sendStream(probe) : sendDocument(probe)),
  close: () => Promise.resolve(),
};

function schemasOf({ family }: Probe): Schemas {
  const found = schemas[family];
  if (found === undefined) {
    throw new TypeError(`no family ${family}`);
  }
  return found;
}

function sendDocument(probe: Probe): Promise<Answer> {
  const transcoder = createTranscoder(schemasOf(probe).document);
  try {
    const output = transcoder.toJson(transcoder.toBinary(probeBytes(probe)));
    return Promise.resolve({ output: output.slice() });
  } catch (error) {
    return Promise.resolve({ output: new Uint8Array(), refusal: String(error) });
  }
}

async function sendStream(probe: Probe): Promise<Answer> {
  const { event } = schemasOf(probe);
  const output: Uint8Array[] = [];
  try {
    for await (const binary of decodeEventsToBinary(event, probe.chunks)) {
      output.push(encodeEventsFromBinary(event, [binary]).slice());
    }
  } catch (error) {
    return { output: Buffer.concat(output), refusal: String(error) };
  }
  return { output: Buffer.concat(output) };
}
