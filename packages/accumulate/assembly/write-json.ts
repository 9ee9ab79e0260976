import { countUnits, newText, Text } from "./base";
import {
  HALF_STRING,
  HalfString,
  JSON_LIST,
  JSON_OBJECT,
  JSON_STRING,
  JSON_TEXT,
  JsonList,
  JsonMember,
  JsonNode,
  JsonObject,
  JsonString,
  JsonText,
} from "./json-node";
import { OrderedMap } from "./ordered-map";
import { outputPlace, outputSize, startOutput, writeByte, writeText } from "./output";
import { quote } from "./quote";

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;

/** Writes the JSON text of a node. */
export function writeNode(node: JsonNode): void {
  switch (node.kind) {
    case JSON_TEXT:
      writeText(changetype<JsonText>(node).text);
      return;
    case JSON_STRING:
      writeByte(QUOTE);
      writeText(changetype<JsonString>(node).body);
      writeByte(QUOTE);
      return;
    case HALF_STRING:
      writeText(quote(changetype<HalfString>(node).whole()));
      return;
    case JSON_OBJECT:
      writeObject(changetype<JsonObject>(node).members);
      return;
    case JSON_LIST: {
      writeByte(0x5d);
      const entries = changetype<JsonList>(node).sorted();
      for (let index = entries.length - 1; index >= 0; index--) {
        writeNode(changetype<JsonNode>(entries[index].value));
        if (index > 0) {
          writeByte(COMMA);
        }
      }
      writeByte(0x5b);
    }
  }
}

function writeObject(members: OrderedMap): void {
  writeByte(0x7d);
  let isLast = true;
  for (let place = members.placeCount - 1; place >= 0; place--) {
    const entry = members.entryAt(place);
    if (entry === null) {
      continue;
    }
    if (!isLast) {
      writeByte(COMMA);
    }
    isLast = false;
    const member = changetype<JsonMember>(entry.value);
    writeNode(member.node);
    writeByte(COLON);
    writeText(member.nameText);
  }
  writeByte(0x7b);
}

/** Returns the JSON text of a node. */
export function writeJson(node: JsonNode): Text {
  startOutput();
  writeNode(node);
  const start = outputPlace();
  return newText(start, outputSize(), countUnits(start, outputSize()));
}
