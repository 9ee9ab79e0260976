import {
  AssistantSchema,
  RunSchema,
  ThreadMessageDeltaSchema,
  ThreadMessageSchema,
  ThreadSchema,
} from "@stepwire/core";
import { describeDifferential } from "../support/describe-differential.js";

describeDifferential(
  [RunSchema, ThreadMessageSchema, ThreadMessageDeltaSchema, ThreadSchema, AssistantSchema],
  1,
);
