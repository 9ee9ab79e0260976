import type { Probe } from "../probe.js";
import { addToEachObject, edit, type ProbeValue, writeProbe } from "./edit.js";
import { type Family, toProbeRequest } from "./family.js";
import {
  bigInteger,
  bigIntegers,
  hardText,
  objectNames,
  oddNumbers,
  unknownMembers,
} from "./values.js";

interface Case {
  readonly name: string;
  readonly why: string;
  readonly value: ProbeValue;
}

/** Returns the probes that are a request: what of it reaches the upstream. */
export function requestProbes(name: string, family: Family): Probe[] {
  const { body, ...rest } = family.requests.document;
  if (body === undefined) {
    return [];
  }
  return cases(family, body).map(({ value, ...probe }) => ({
    ...probe,
    family: name,
    form: "request",
    chunks: [Buffer.from(writeProbe(family.document))],
    request: toProbeRequest({ ...rest, body: value }),
    mayRefuse: false,
    isCut: false,
    ignoresEnd: false,
    isLive: false,
  }));
}

function cases({ request }: Family, body: ProbeValue): Case[] {
  const plain = {
    name: "plain",
    why: "A request as it is sent every day; what is lost here is lost always.",
    value: body,
  };
  if (request === undefined) {
    return [plain];
  }
  return [
    plain,
    {
      name: "nulls",
      why: "SDKs of some languages send null for what is not set.",
      value: edit(
        body,
        request.nullable.map((pointer) => [pointer, null]),
      ),
    },
    {
      name: "empty",
      why: "An empty list or text is an instruction too.",
      value: edit(body, Object.entries(request.empty)),
    },
    {
      name: "unknown-members",
      why: "Parameters of vendors and of new models come at every level.",
      value: addToEachObject(body, unknownMembers),
    },
    {
      name: "odd-enums",
      why: "New constants come with new models, long before new proxies.",
      value: edit(body, Object.entries(request.odd)),
    },
    {
      name: "unknown-tools",
      why: "A tool of a type that a proxy does not know is meant for the server.",
      value: edit(body, Object.entries(request.tools)),
    },
    {
      name: "unknown-parts",
      why: "So is content of a type that a proxy does not know.",
      value: edit(body, Object.entries(request.parts)),
    },
    {
      name: "integers",
      why: "Seeds have 64 bits, and are rounded where numbers are doubles.",
      value: edit(body, [
        ...request.integers.map((pointer): [string, ProbeValue] => [pointer, bigInteger]),
        ["/x_probe", bigIntegers],
      ]),
    },
    {
      name: "numbers",
      why: "1e400 becomes infinity, and -0 becomes 0, where numbers are doubles.",
      value: edit(body, [["/x_probe", oddNumbers]]),
    },
    {
      name: "object-names",
      why: "A member such as __proto__ may change an object of the proxy instead of being passed on.",
      value: edit(body, [["/x_probe", objectNames]]),
    },
    {
      name: "characters",
      why: "Control characters and characters beyond 16 bits are often escaped wrongly.",
      value: edit(body, [[request.text, hardText]]),
    },
  ];
}
