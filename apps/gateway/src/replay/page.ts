import { create, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { type Header, OpenAIHttpError } from "@stepwire/connect";
import { fieldsOf } from "@stepwire/mapping";
import { nounOfType } from "./nouns.js";

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 100;

/** A message for a page of a list, with its field for the documents. */
export interface ListType {
  readonly schema: DescMessage;
  readonly data: DescField;
  readonly element: DescMessage;
}

/** Returns a message as a list type if it has one repeated field, of messages; else undefined. */
export function listTypeOf(schema: DescMessage): ListType | undefined {
  const lists = schema.fields.filter(({ fieldKind }) => fieldKind === "list");
  const [data] = lists;
  return lists.length === 1 && data?.message !== undefined
    ? { schema, data, element: data.message }
    : undefined;
}

/**
 * Returns a page as the API does, by the query parameters `limit`, `order`, `after` and `before`.
 *
 * @param oldestFirst all documents of the list.
 */
export function pageOf(
  { schema, data: dataField, element }: ListType,
  oldestFirst: readonly Message[],
  parameters: readonly Header[],
): Message {
  const query = new Map(parameters);
  const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
  const after = query.get("after");
  const before = query.get("before");
  if (!(limit >= 1 && limit <= LARGEST_LIMIT)) {
    throw OpenAIHttpError.create(400, {
      message: `Invalid 'limit': integer out of range. It is from 1 to ${LARGEST_LIMIT}.`,
      param: "limit",
      code: "integer_out_of_range",
    });
  }
  const find = (id: string, param: string): number => {
    const index = documents.findIndex((document) => idOf(document) === id);
    if (index === -1) {
      const message = `No ${nounOfType(element)} found with id '${id}'.`;
      throw OpenAIHttpError.create(400, { message, param });
    }
    return index;
  };
  const documents = query.get("order") === "asc" ? [...oldestFirst] : oldestFirst.toReversed();
  const start = after === undefined ? 0 : find(after, "after") + 1;
  const end = before === undefined ? documents.length : find(before, "before");
  const between = documents.slice(start, Math.max(start, end));
  // Paging backwards, the page is the part directly before the cursor.
  const data =
    after === undefined && before !== undefined ? between.slice(-limit) : between.slice(0, limit);
  const page = create(schema);
  const fields = fieldsOf(page);
  fields[dataField.localName] = data;
  const set = (name: string, value: unknown): void => {
    const field = schema.fields.find((candidate) => candidate.name === name);
    if (field !== undefined && value !== undefined) {
      fields[field.localName] = value;
    }
  };
  set("first_id", idOf(data[0]));
  set("last_id", idOf(data.at(-1)));
  set("has_more", data.length < between.length);
  return page;
}

function idOf(document: Message | undefined): unknown {
  return document && fieldsOf(document)["id"];
}
