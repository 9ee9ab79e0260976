import { setProperty } from "../set-property.js";
import type { DecodeContext } from "./context.js";
import { UNFIT } from "./decoder.js";
import { checkName } from "./name.js";

/** Decodes the elements of an array. Returns UNFIT if one of them does not fit. */
export function decodeElements<Node, Element>(
  node: Node,
  context: DecodeContext<Node>,
  decode: (element: Node) => Element | typeof UNFIT,
): Element[] | typeof UNFIT {
  const { source, path } = context;
  const list: Element[] = [];
  let fits = true;
  let index = 0;
  for (const part of source.parts(node)) {
    for (const element of source.elements(part)) {
      path.push(index++);
      const decoded = decode(element);
      path.pop();
      if (decoded === UNFIT) {
        fits = false;
      } else if (context.keeps) {
        list.push(decoded);
      }
    }
  }
  return fits ? list : UNFIT;
}

/** Decodes the members of an object. Returns UNFIT if one of them does not fit. */
export function decodeMembers<Node, Element>(
  node: Node,
  context: DecodeContext<Node>,
  decode: (member: Node) => Element | typeof UNFIT,
): Record<string, Element> | typeof UNFIT {
  const { source, path } = context;
  const map: Record<string, Element> = {};
  let fits = true;
  for (const part of source.parts(node)) {
    for (const [index, name] of source.names(part).entries()) {
      const member = source.member(part, name, index);
      if (member !== undefined) {
        checkName(name, context);
        path.push(name);
        const decoded = decode(member);
        path.pop();
        fits = fits && decoded !== UNFIT;
        if (decoded !== UNFIT && context.keeps) {
          setProperty(map, name, decoded);
        }
      }
    }
  }
  return fits ? map : UNFIT;
}
