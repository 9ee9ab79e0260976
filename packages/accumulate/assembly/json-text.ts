/* The JSON text of nodes. */
import { isSameText, Text } from "./base";
import { JSON_TEXT, JsonNode, JsonText } from "./json-node";
import { writeJson } from "./write-json";

/** Returns whether two nodes have the same JSON text. */
export function isSameNode(left: JsonNode, right: JsonNode): bool {
  if (left.size !== right.size) {
    return false;
  }
  return isSameText(jsonOf(left), jsonOf(right));
}

/** Returns the JSON text of a node. */
export function jsonOf(node: JsonNode): Text {
  return node.kind === JSON_TEXT ? changetype<JsonText>(node).text : writeJson(node);
}
