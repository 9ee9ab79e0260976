import type { Topic } from "./topic.js";
import { binary } from "./topics/binary.js";
import { eventsTopic } from "./topics/events.js";
import { features } from "./topics/features.js";
import { generated } from "./topics/generated.js";
import { notJson } from "./topics/grammar.js";
import { limits } from "./topics/limits.js";
import { malformed } from "./topics/malformed.js";
import { messagesTopics } from "./topics/messages.js";
import { model } from "./topics/model.js";
import { numbers } from "./topics/numbers.js";
import { residue } from "./topics/residue.js";
import { stringsTopic } from "./topics/strings.js";
import { tools } from "./topics/tools.js";

/** What the vectors are made from, a file each. */
export function topics(): readonly Topic[] {
  return [
    model(),
    tools,
    eventsTopic,
    residue,
    numbers,
    stringsTopic,
    limits,
    notJson,
    generated,
    binary,
    malformed,
    ...messagesTopics(),
    ...features(),
  ];
}
