import {
  ChatCompletionChunkSchema,
  ChatCompletionRequestSchema,
  ChatCompletionSchema,
  ChatCompletionStreamEventSchema,
} from "@stepwire/core/chat";
import { describeDifferential } from "../support/describe-differential.js";

describeDifferential(
  [
    ChatCompletionSchema,
    ChatCompletionChunkSchema,
    ChatCompletionRequestSchema,
    ChatCompletionStreamEventSchema,
  ],
  0.5,
);
