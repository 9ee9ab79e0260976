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
        "messages": {
          "Empty": {
            "source": "/components/schemas/Empty",
            "fields": {}
          },
          "Kettle": {
            "source": "/components/schemas/Kettle",
            "fields": {
              "lid": { "number": 1, "type": "string", "presence": "required" },
              "state": { "number": 2, "type": "enum State", "presence": "required" },
              "the/member": { "number": 3, "name": "m", "type": "string", "presence": "required" },
              "text": { "number": 4, "type": "string", "oneof": "content" }
            }
          }
        },
        "enums": {
          "State": {
            "source": "/components/schemas/State",
            "values": {
              "on": { "number": 1, "name": "STATE_ON" },
              "off": { "number": 2, "name": "STATE_OFF" }
            }
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
        "messages": {
          "Empty": {
            "source": "/components/schemas/Empty",
            "fields": {}
          },
          "Kettle": {
            "source": "/components/schemas/Kettle",
            "fields": {},
            "reserved": {
              "lid": 1,
              "state": 2,
              "m": 3,
              "text": 4
            }
          }
        },
        "enums": {
          "State": {
            "source": "/components/schemas/State",
            "values": {
              "on": { "number": 1, "name": "STATE_ON" },
              "off": { "number": 2, "name": "STATE_OFF" }
            }
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
      "/messages: an object, nothing",
      "/enums: an object, nothing",
    ]);
    const wrong = lock
      .replace('"version": 1', '"version": 2')
      .replace('"lid": { "number": 1', '"lid": { "number": 2047')
      .replace('{ "number": 3, "name": "m"', '{ "number": 2, "name": "1m"')
      .replace('"off": { "number": 2', '"off": { "number": 1')
      .replace('"source": "/components/schemas/Empty"', '"source": null');
    expect(mistakesIn(wrong)).toEqual([
      "/version: version 1, 2",
      "/messages/Empty/source: a string, null",
      "/messages/Kettle/fields/lid/number: a number that Protobuf allows, 2047",
      "/messages/Kettle/fields/the~1member/number: a number that nothing else has, 2",
      '/messages/Kettle/fields/the~1member/name: a name of Protobuf, "1m"',
      "/enums/State/values/off/number: a number that nothing else has, 1",
    ]);
  });
});
