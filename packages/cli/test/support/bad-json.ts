import { nested, runStep } from "./documents.js";

/** An input that is not a document, and the expected report. */
export interface BadJson {
  readonly name: string;
  readonly json: string | Uint8Array;
  /** The place and the code that must be reported. */
  readonly message: RegExp;
}

const tenMegabytes = 10 * 1024 * 1024;

/** Inputs that every mode refuses, with the place that must be reported. */
export const badJson: readonly BadJson[] = [
  { name: "text that is not JSON", json: '{"id": nonsense}', message: /:1:8: .*not_json/ },
  { name: "an empty input", json: "", message: /not_json/ },
  { name: "null", json: "null", message: /not_an_object.*null/ },
  { name: "an array on top", json: `[${runStep()}]`, message: /not_an_object.*array/ },
  {
    name: "duplicate members",
    json: runStep().replace('"id":', '"run_id":"twice","id":'),
    message: /\/run_id: duplicate_member/,
  },
  {
    name: "duplicate members in what nobody modelled",
    json: runStep({ extra: { a: "A" } }).replace('"a":"A"', '"a":1,"a":2'),
    message: /\/extra\/a: duplicate_member/,
  },
  {
    name: "a lone surrogate in a member name",
    json: runStep({ extra: 1 }).replace('"extra"', '"\\ud800"'),
    message: /lone_surrogate/,
  },
  {
    name: "a depth of 101",
    json: runStep({ extra: "X" }).replace('"X"', nested(100)),
    message: /too_deep/,
  },
  { name: "10 MB of [", json: Buffer.alloc(tenMegabytes, "["), message: /not_an_object|too_deep/ },
  {
    name: "10 MB of [ in a member",
    json: Buffer.concat([
      Buffer.from('{"object":"thread.run.step","a":'),
      Buffer.alloc(tenMegabytes, "["),
    ]),
    message: /too_deep/,
  },
  {
    name: "invalid UTF-8",
    json: Buffer.concat([Buffer.from('{"object":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    message: /not_json.*UTF-8/,
  },
  {
    name: "a byte order mark",
    json: `\ufeff${runStep()}`,
    message: /not_json.*byte order mark/,
  },
];
