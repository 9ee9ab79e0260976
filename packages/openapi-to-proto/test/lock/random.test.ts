import { Random } from "@stepwire/testing";
import { expect, it } from "vitest";
import { assignNumbers } from "../../src/lock/assign.js";
import { emptyLock, type Lock } from "../../src/lock/lock.js";
import { readLock } from "../../src/lock/read.js";
import { writeLock } from "../../src/lock/write.js";
import { printFiles } from "../../src/print/print.js";
import type {
  Declaration,
  FieldDeclaration,
  MessageDeclaration,
  ProtoFile,
  TypeReference,
} from "../../src/proto/model.js";
import type { NumberedMessage } from "../../src/proto/numbered.js";
import { BufModule } from "../support/buf.js";
import {
  enumeration,
  enumType,
  field,
  file,
  message,
  messageType,
  oneof,
} from "../support/declare.js";

const MESSAGES = 40;
const GENERATIONS = 4;
const names = ["a", "b", "c", "d", "e_1", "e1", "f", "g", "h"] as const;
const labels = ["singular", "optional", "repeated", "map"] as const;
const presences = ["default", "required", "nullable", "optional"] as const;

/** Declares messages and enums at random; the same names mean other things in each generation. */
class Documents {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  file(): ProtoFile {
    const declarations = Array.from({ length: MESSAGES }, (_, index): Declaration[] => [
      this.#message(`M${index}`),
      enumeration(`E${index}`, this.#some(["x", "y", "z", "x_1", "x1"])),
    ]);
    return file(this.#shuffled(declarations.flat()));
  }

  #message(name: string): MessageDeclaration {
    const keys = this.#some(names);
    const arms = this.#random.chance(0.5) ? keys.splice(0, 3) : [];
    const shape = this.#random.chance(0.5)
      ? ({ case: "tagged", tag: "type" } as const)
      : ({ case: "adjacent", tag: "event", content: "data" } as const);
    const members = keys.map((key) => this.#field(key));
    const union = oneof(
      this.#random.pick(["u", "v"]),
      shape,
      arms.map((key) => field(key, this.#type())),
    );
    const constants = this.#random.chance(0.3)
      ? [{ name: "k", value: this.#random.pick(["one", "two"]) }]
      : [];
    return message(name, arms.length === 0 ? members : [...members, union], {
      options: { constants },
    });
  }

  #field(key: string): FieldDeclaration {
    const type = this.#type();
    const label = this.#random.pick(labels);
    const isMessage = type.kind === "message";
    const presence = this.#random.pick(presences);
    return field(key, type, {
      label: label === "optional" && isMessage ? "singular" : label,
      options:
        presence === "default" || (label === "singular" && !isMessage && presence !== "required")
          ? {}
          : { presence },
      ...(this.#random.chance(0.25) && { renamedFrom: this.#random.pick(names) }),
    });
  }

  #type(): TypeReference {
    const index = this.#random.below(MESSAGES);
    return this.#random.pick([
      { kind: "scalar", name: "string" },
      { kind: "scalar", name: "double" },
      { kind: "scalar", name: "int64" },
      messageType(`M${index}`),
      enumType(`E${index}`),
    ]);
  }

  #some(of: readonly string[]): string[] {
    return this.#shuffled(of).slice(0, 1 + this.#random.below(of.length));
  }

  #shuffled<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items];
    this.#random.shuffle(shuffled);
    return shuffled;
  }
}

it("Random changes of documents pass buf breaking", { timeout: 30_000 }, () => {
  const documents = new Documents(1);
  let lock: Lock = emptyLock;
  let before: BufModule | undefined;
  const numbers = new Map<string, string>();
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const document = documents.file();
    const numbered = assignNumbers([document], lock);
    const text = writeLock(numbered.lock);
    lock = readLock(text);
    const printed = printFiles(numbered.files, "");
    const again = assignNumbers([document], lock);
    expect(printFiles(again.files, "")).toEqual(printed);
    expect(writeLock(again.lock)).toBe(text);
    const module = new BufModule(printed);
    if (before !== undefined) {
      expect(module.run("breaking", "--against", `${before.folder}/proto`)).toBe("");
    }
    before = module;
    for (const declaration of numbered.files.flatMap((each) => each.declarations)) {
      if (declaration.kind === "message") {
        checkNumbers(declaration, numbers);
      }
    }
  }
});

/** A number means the same type for ever. */
function checkNumbers(declaration: NumberedMessage, numbers: Map<string, string>): void {
  for (const member of declaration.members) {
    for (const { number, type, label } of member.kind === "field" ? [member] : member.fields) {
      const isList = label === "repeated" || label === "map";
      const meaning = `${isList ? label : "one"} ${type.kind} ${type.name}`;
      const place = `${declaration.name} ${number}`;
      expect(numbers.get(place) ?? meaning).toBe(meaning);
      expect(declaration.reserved.numbers).not.toContain(number);
      numbers.set(place, meaning);
    }
  }
}
