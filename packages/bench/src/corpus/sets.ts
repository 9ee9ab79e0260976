import type { DescMessage } from "@bufbuild/protobuf";
import {
  DocumentSchema,
  RunSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  ThreadMessageDeltaSchema,
} from "@stepwire/core";
import { ChatCompletionChunkSchema, ChatCompletionSchema } from "@stepwire/core/chat";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { createTranscoder } from "@stepwire/transcode";
import { chatChunk, chatCompletion } from "./chat.js";
import { inSdkOrder, inSpecOrder, shuffled } from "./order.js";
import { createRandom, type Random, shuffle } from "./random.js";
import { hasRecordings, recordedBodies, recordedPayloads } from "./recordings.js";
import { withoutMember, withUnknownEnum, withUnknownMember } from "./residue.js";
import { largeStep, runStep, runStepDelta, runStepList } from "./steps.js";
import { messageDelta, run } from "./threads.js";

/** Distinct documents of one kind, which are measured together. */
export interface DocumentSet {
  readonly name: string;
  readonly schema: DescMessage;
  /**
   * Whether the set is also measured from binary to JSON. White space and the order of members are
   * not kept, so sets that differ from another one only in these have the same binary form.
   */
  readonly isMeasuredToJson: boolean;
  /** Returns the JSON of all documents, in the order in which they are measured. */
  create(): readonly string[];
}

/** The number of documents of a generated set. */
export const SET_SIZE = 1_000;

const SEED = 15;

/** How the documents of a set are made. */
interface Recipe {
  readonly name: string;
  readonly schema: DescMessage;
  readonly document: (random: Random, index: number) => unknown;
  readonly space?: number;
  readonly isMeasuredToJson?: boolean;
  /** Changes the text, because JSON.stringify has one spelling for a number. */
  readonly spell?: (text: string) => string;
}

const INDENT = 2;

const recipes: readonly Recipe[] = [
  steps("steps, wire order", runStep),
  steps("steps, spec order", (random) => inSpecOrder(runStep(random))),
  steps("steps, SDK order", (random) => inSdkOrder(runStep(random))),
  indented("steps, wire order", runStep),
  indented("steps, spec order", (random) => inSpecOrder(runStep(random))),
  indented("steps, SDK order", (random) => inSdkOrder(runStep(random))),
  {
    ...steps("steps, shuffled", (random) => shuffled(random, runStep(random))),
    isMeasuredToJson: false,
  },
  steps("steps, 30 % lack a member", sometimes(30, withoutMember)),
  steps("steps, 10 % with an unknown member", sometimes(10, withUnknownMember)),
  steps("steps, 5 % with an unknown enum", sometimes(5, withUnknownEnum)),
  steps("steps of 50 KB", largeStep),
  { name: "step deltas, wire order", schema: RunStepDeltaSchema, document: runStepDelta },
  {
    name: "step deltas, SDK order",
    schema: RunStepDeltaSchema,
    document: (random) => inSdkOrder(runStepDelta(random)),
    isMeasuredToJson: false,
  },
  { name: "lists of steps, wire order", schema: RunStepListSchema, document: runStepList },
  {
    name: "lists of steps, spec order",
    schema: RunStepListSchema,
    document: (random) => inSpecOrder(runStepList(random)),
  },
  { name: "message deltas", schema: ThreadMessageDeltaSchema, document: messageDelta },
  { name: "runs", schema: RunSchema, document: run, spell: withFloats },
  { name: "chat chunks", schema: ChatCompletionChunkSchema, document: chatChunk },
  { name: "chat completions", schema: ChatCompletionSchema, document: chatCompletion },
];

/** All sets: the generated ones, and the recordings if they are present. */
export const documentSets: readonly DocumentSet[] = [
  ...recipes.map(generated),
  ...(hasRecordings()
    ? [
        recorded("recorded SSE payloads", recordedPayloads),
        recorded("recorded REST bodies", recordedBodies),
      ]
    : []),
];

/** Why sets are missing; undefined if all are present. */
export const missingSets: string | undefined = hasRecordings()
  ? undefined
  : "The recordings are not present here (../shared/corpus): two sets are left out.";

/** Finds a set by its name. */
export function documentSet(name: string): DocumentSet {
  const set = documentSets.find((each) => each.name === name);
  if (set === undefined) {
    throw new RangeError(`no set has the name ${name}`);
  }
  return set;
}

function generated(recipe: Recipe): DocumentSet {
  const { name, schema, document, space, isMeasuredToJson = true, spell = (text) => text } = recipe;
  return {
    name,
    schema,
    isMeasuredToJson,
    create() {
      // Every set has the same seed: sets of the same kind differ only in what their name says.
      const random = createRandom(SEED);
      const seeds = Array.from({ length: SET_SIZE }, () => random(2 ** 32));
      const texts = seeds.map((seed, index) =>
        spell(JSON.stringify(document(createRandom(seed), index), undefined, space)),
      );
      return shuffle(random, texts);
    },
  };
}

function recorded(name: string, read: () => readonly string[]): DocumentSet {
  return {
    name,
    schema: DocumentSchema,
    isMeasuredToJson: true,
    create: () => shuffle(createRandom(SEED), withoutRefused(read())),
  };
}

/** Some recorded servers send null where the schema requires a value; nothing converts that. */
function withoutRefused(texts: readonly string[]): string[] {
  const transcoder = createTranscoder(DocumentSchema);
  return texts.filter((text) => {
    try {
      transcoder.toBinary(Buffer.from(text));
      return true;
    } catch (reason) {
      if (reason instanceof OpenAIJsonError) {
        return false;
      }
      throw reason;
    }
  });
}

function steps(name: string, document: Recipe["document"]): Recipe {
  return { name, schema: RunStepSchema, document };
}

function indented(name: string, document: Recipe["document"]): Recipe {
  return { ...steps(`${name}, indented`, document), space: INDENT, isMeasuredToJson: false };
}

/** Steps in wire order of which so many of 100 are changed. */
function sometimes(
  percent: number,
  change: (random: Random, step: ReturnType<typeof runStep>) => unknown,
): Recipe["document"] {
  return (random, index) => {
    const step = runStep(random);
    return index % 100 < percent ? change(random, step) : step;
  };
}

/** The live service is written in Python: it writes a whole number of a float as 1.0. */
function withFloats(text: string): string {
  return text.replace(/"(temperature|top_p|score_threshold)":(\d+)(?=[,}])/g, '"$1":$2.0');
}
