import { describe, expect, it } from "vitest";
import { ImportError } from "../../src/error.js";
import { assignNumbers } from "../../src/lock/assign.js";
import { emptyLock } from "../../src/lock/lock.js";
import { readLock } from "../../src/lock/read.js";
import { writeLock } from "../../src/lock/write.js";
import { enumeration, enumType, field, file, message, oneof } from "../support/declare.js";

function lockText(...members: Parameters<typeof message>[1]): string {
  const declarations = [
    message("Kettle", members),
    message("Empty", []),
    enumeration("State", ["on", "off"]),
  ];
  return writeLock(assignNumbers([file(declarations)], emptyLock).lock);
}

/** Returns the mistakes in a lock file, as `pointer: expected, found`. */
function mistakesIn(text: string): string[] {
  try {
    readLock(text);
    return [];
  } catch (error) {
    if (!(error instanceof ImportError)) {
      throw error;
    }
    expect(error.mistakes.every(({ code }) => code === "invalid_lock")).toBe(true);
    return error.mistakes.map(
      ({ pointer, expected, found }) => `${pointer}: ${expected}, ${found}`,
    );
  }
}

const state = field("state", enumType("State"));
const lock = lockText(
  field("lid"),
  state,
  field("m", "string", { key: "the/member" }),
  oneof("content", { case: "kind" }, [field("text")]),
);

describe("The lock file", () => {
  it("has a line for each field and each value", () => {
    expect(lock).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "order": [
          "Kettle",
          "Empty",
          "State"
        ],
        "messages": {
          "Empty": {
            "source": "/components/schemas/Empty"
          },
          "Kettle": {
            "source": "/components/schemas/Kettle",
            "fields": [
              { "number": 1, "key": "lid", "type": "string", "presence": "required" },
              { "number": 2, "key": "state", "type": "enum State", "presence": "required" },
              { "number": 3, "key": "the/member", "name": "m", "type": "string", "presence": "required" },
              { "number": 4, "key": "text", "type": "string", "oneof": "content" }
            ]
          }
        },
        "enums": {
          "State": {
            "source": "/components/schemas/State",
            "values": [
              { "number": 1, "value": "on", "name": "STATE_ON" },
              { "number": 2, "value": "off", "name": "STATE_OFF" }
            ]
          }
        }
      }
      "
    `);
  });

  it("is read as it was written", () => {
    expect(writeLock(readLock(lock))).toBe(lock);
    const declarations = [message("Kettle", [])];
    const after = writeLock(assignNumbers([file(declarations)], readLock(lock)).lock);
    expect(writeLock(readLock(after))).toBe(after);
    expect(after).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "order": [
          "Kettle"
        ],
        "messages": {
          "Empty": {
            "source": "/components/schemas/Empty"
          },
          "Kettle": {
            "source": "/components/schemas/Kettle",
            "reserved": [
              { "number": 1, "name": "lid" },
              { "number": 2, "name": "state" },
              { "number": 3, "name": "m" },
              { "number": 4, "name": "text" }
            ]
          }
        },
        "enums": {
          "State": {
            "source": "/components/schemas/State",
            "values": [
              { "number": 1, "value": "on", "name": "STATE_ON" },
              { "number": 2, "value": "off", "name": "STATE_OFF" }
            ]
          }
        }
      }
      "
    `);
  });

  it("is refused with all its mistakes", () => {
    expect(mistakesIn("{")).toHaveLength(1);
    expect(mistakesIn("[]")).toContain(": an object, []");
    expect(mistakesIn("{}")).toEqual([
      "/version: version 1, nothing",
      "/order: a list, nothing",
      "/messages: an object, nothing",
      "/enums: an object, nothing",
    ]);
    const wrong = lock
      .replace('"version": 1', '"version": 2')
      .replace('{ "number": 1, "key": "lid"', '{ "number": 2047, "key": "lid"')
      .replace(
        '{ "number": 3, "key": "the/member", "name": "m"',
        '{ "number": 2, "key": "lid", "name": "1m"',
      )
      .replace('{ "number": 2, "value": "off"', '{ "number": 1, "value": "off"')
      .replace('"type": "enum State", "presence": "required"', '"type": 7, "presence": "always"')
      .replace('"source": "/components/schemas/Empty"', '"source": null');
    expect(mistakesIn(wrong)).toEqual([
      "/version: version 1, 2",
      "/messages/Empty/source: a string, null",
      "/messages/Kettle/fields/0/number: a number that Protobuf allows, 2047",
      "/messages/Kettle/fields/1/type: a string, 7",
      '/messages/Kettle/fields/1/presence: one of required, nullable, optional, empty, "always"',
      '/messages/Kettle/fields/2/key: a string that no other has, "lid"',
      "/messages/Kettle/fields/2/number: a number that nothing else has, 2",
      '/messages/Kettle/fields/2/name: a name of Protobuf, "1m"',
      "/enums/State/values/1/number: a number that nothing else has, 1",
    ]);
  });
});
