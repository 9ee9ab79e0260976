import { create } from "@bufbuild/protobuf";
import { OpenAIHttpError } from "@stepwire/connect";
import {
  type ListRunStepsRequest,
  type RunStep,
  type RunStepList,
  RunStepListSchema,
  SortOrder,
} from "@stepwire/core";

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 100;

/**
 * A page of steps as the API cuts it.
 *
 * @param oldestFirst all steps of the run.
 */
export function pageOf(
  oldestFirst: readonly RunStep[],
  { limit = DEFAULT_LIMIT, order, after, before }: ListRunStepsRequest,
): RunStepList {
  if (limit < 1 || limit > LARGEST_LIMIT) {
    throw OpenAIHttpError.create(400, {
      message: `Invalid 'limit': integer out of range. It is from 1 to ${LARGEST_LIMIT}.`,
      param: "limit",
      code: "integer_out_of_range",
    });
  }
  const steps = order === SortOrder.ASC ? [...oldestFirst] : oldestFirst.toReversed();
  const start = after === undefined ? 0 : find(steps, after, "after") + 1;
  const end = before === undefined ? steps.length : find(steps, before, "before");
  const between = steps.slice(start, Math.max(start, end));
  // Backwards, the page is what stands right before the cursor.
  const data =
    after === undefined && before !== undefined ? between.slice(-limit) : between.slice(0, limit);
  const first = data[0]?.id;
  const last = data.at(-1)?.id;
  return create(RunStepListSchema, {
    data,
    ...(first !== undefined && { firstId: first }),
    ...(last !== undefined && { lastId: last }),
    hasMore: data.length < between.length,
  });
}

function find(steps: readonly RunStep[], id: string, param: string): number {
  const index = steps.findIndex((step) => step.id === id);
  if (index === -1) {
    throw OpenAIHttpError.create(400, {
      message: `No run step found with id '${id}'.`,
      param,
    });
  }
  return index;
}
