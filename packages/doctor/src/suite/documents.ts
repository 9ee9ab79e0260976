import type { Probe } from "../probe.js";
import { addToEachObject, edit, type ProbeValue, RawJson, REMOVED, writeProbe } from "./edit.js";
import { type Family, toProbeRequest } from "./family.js";
import {
  bigInteger,
  bigIntegers,
  hardText,
  loneSurrogate,
  nested,
  objectNames,
  oddNumbers,
  unknownMembers,
} from "./values.js";

const LONG_TEXT = 1 << 20;
const MANY = 2000;
const DEPTH = 60;

interface Case {
  readonly name: string;
  readonly why: string;
  readonly compares?: string;
  readonly mayRefuse?: boolean;
  readonly value: ProbeValue;
}

/** Returns the probes that are one document. */
export function documentProbes(name: string, family: Family): Probe[] {
  const probes = cases(family).map(
    ({ value, mayRefuse = false, ...probe }): Probe => ({
      ...probe,
      family: name,
      form: "document",
      chunks: [Buffer.from(writeProbe(value))],
      request: toProbeRequest(family.requests.document),
      mayRefuse,
      isCut: false,
      ignoresEnd: false,
      isLive: false,
    }),
  );
  const [plain] = probes;
  return plain === undefined
    ? []
    : probes.map((probe) => (probe.mayRefuse ? { ...probe, plain } : probe));
}

function cases(family: Family): Case[] {
  const { document } = family;
  const change = (changes: Iterable<readonly [string, ProbeValue | typeof REMOVED]>): ProbeValue =>
    edit(document, changes);
  const all = (pointers: readonly string[], value: ProbeValue | typeof REMOVED): ProbeValue =>
    change(pointers.map((pointer) => [pointer, value]));
  return [
    {
      name: "plain",
      why: "An answer as it is sent every day; what is lost here is lost always.",
      value: document,
    },
    {
      name: "nulls",
      why: "null says that something has no value, absent that a server does not know it; clients tell them apart.",
      value: all(family.nullable, null),
    },
    {
      name: "absent",
      why: "A member that a server left out must not appear as null or with a default.",
      value: all(family.optional, REMOVED),
    },
    {
      name: "empty",
      why: "An empty list, object or text is not the same as none.",
      value: change(Object.entries(family.empty)),
    },
    {
      name: "unknown-members",
      why: "Vendors and new versions add members at every level, such as costs, citations and reasoning.",
      value: addToEachObject(document, unknownMembers),
    },
    {
      name: "odd-enums",
      why: "New constants come with new models, long before new libraries.",
      value: change(Object.entries(family.odd)),
    },
    {
      name: "unknown-tools",
      why: "A call of a tool that a library does not know is still part of the answer.",
      value: change(Object.entries(family.tools)),
    },
    {
      name: "unknown-parts",
      why: "New kinds of content, such as audio or thinking, appear in lists beside known ones.",
      value: change(Object.entries(family.parts)),
    },
    {
      name: "integers-known",
      why: "A number beyond 2^53 in a known member is rounded where numbers are doubles.",
      value: all(family.integers, bigInteger),
    },
    {
      name: "integers-unknown",
      why: "Identifiers and counters of vendors have 64 bits and more.",
      value: change([["/x_probe", bigIntegers]]),
    },
    {
      name: "numbers",
      why: "1e400 becomes infinity, -0 becomes 0, and long decimals are rounded where numbers are doubles.",
      value: change([["/x_probe", oddNumbers]]),
    },
    {
      name: "object-names",
      why: "A member with the name of a built-in property, such as __proto__, may change an object instead of being kept.",
      value: change([["/x_probe", objectNames]]),
    },
    {
      name: "characters",
      why: "Control characters, U+2028, U+FEFF and characters beyond 16 bits are often escaped wrongly.",
      value: change([[family.text, hardText]]),
    },
    {
      name: "lone-surrogate",
      why: "A model's text may be cut within a character; JSON can express that, UTF-8 cannot.",
      value: change([[family.text, loneSurrogate]]),
    },
    {
      name: "duplicates",
      why: "Of two members of the same name, readers keep the first or the last; that hides one from whoever checks the other.",
      compares: "both members; a refusal is as good, because JSON does not define their meaning",
      mayRefuse: true,
      value: new RawJson(writeProbe(document).replace("{", '{"x_probe":1,"x_probe":2,')),
    },
    {
      name: "deep",
      why: "Arguments of tools are nested; readers have limits.",
      value: change([["/x_probe", nested(DEPTH)]]),
    },
    {
      name: "long",
      why: "A text of 1 MiB and a list of 2,000 elements pass through buffers with limits.",
      value: change([
        [family.text, "rye ".repeat(LONG_TEXT / 4)],
        ["/x_probe", Array.from({ length: MANY }, (_, index) => ({ index }))],
      ]),
    },
  ];
}
