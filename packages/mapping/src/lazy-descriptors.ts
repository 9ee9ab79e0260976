/*
 * Functions for generated code, with the signatures of `@bufbuild/protobuf/codegenv2`. Theirs parse
 * the descriptor of a file when its module is imported. These parse it when a property of one of
 * its descriptors is first read: a program that converts one message type does not pay for the
 * descriptors of all files. (27 files: 64 ms of the start of a process.)
 */
import type {
  DescEnum,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescService,
  Message,
} from "@bufbuild/protobuf";
import {
  enumDesc as eagerEnum,
  fileDesc as eagerFile,
  messageDesc as eagerMessage,
  serviceDesc as eagerService,
  type GenEnum,
  type GenMessage,
  type GenService,
  type GenServiceMethods,
} from "@bufbuild/protobuf/codegenv2";
import { nestedTypes } from "@bufbuild/protobuf/reflect";

export type { UnknownEnum } from "./unknown-enum.js";

/**
 * Returns the descriptor of a file.
 *
 * @param base64 the `FileDescriptorProto`, without the names of the imported files.
 * @param imports the descriptors of the imported files. They must not contain `import public`.
 */
export function fileDesc(base64: string, imports: readonly DescFile[] = []): DescFile {
  const placeholders: PlaceholderOf[] = [];
  const file = createPlaceholder<DescFile>("file", () => {
    const parsed = eagerFile(base64, imports.map(withoutDependencies));
    parsed.dependencies.splice(0, Infinity, ...imports);
    const replaced = new Map<object, object>([[parsed, file]]);
    for (const { placeholder, find } of placeholders) {
      replaced.set(find(parsed), placeholder);
    }
    replaceReferences(parsed, (desc) => (replaced.get(desc) as typeof desc | undefined) ?? desc);
    for (const [desc, placeholder] of replaced) {
      fill(placeholder, desc);
    }
  });
  placeholdersOf.set(file, placeholders);
  return file;
}

/** Returns the descriptor of a message. See {@link fileDesc}. */
export function messageDesc<Shape extends Message, Options extends object = object>(
  file: DescFile,
  path: number,
  ...paths: number[]
): GenMessage<Shape, Options> {
  const message = addPlaceholder<DescMessage>(file, "message", (parsed) =>
    eagerMessage(parsed, path, ...paths),
  );
  return message as GenMessage<Shape, Options>;
}

/** Returns the descriptor of an enum. See {@link fileDesc}. */
export function enumDesc<Shape extends number>(
  file: DescFile,
  path: number,
  ...paths: number[]
): GenEnum<Shape> {
  const desc = addPlaceholder<DescEnum>(file, "enum", (parsed) =>
    eagerEnum(parsed, path, ...paths),
  );
  return desc as GenEnum<Shape>;
}

/** Returns the descriptor of a service. See {@link fileDesc}. */
export function serviceDesc<Methods extends GenServiceMethods>(
  file: DescFile,
  path: number,
): GenService<Methods> {
  const service = addPlaceholder<DescService>(file, "service", (parsed) =>
    eagerService(parsed, path),
  );
  return service as GenService<Methods>;
}

/** Fills all descriptors of a file. */
function load(file: DescFile): void {
  // Reading any property does.
  void file.proto;
}

type Desc = DescFile | DescMessage | DescEnum | DescService;

/** A descriptor that generated code exports, and how to find it in the parsed file. */
interface PlaceholderOf {
  readonly placeholder: Desc;
  readonly find: (parsed: DescFile) => Desc;
}

const placeholdersOf = /* @__PURE__ */ new WeakMap<DescFile, PlaceholderOf[]>();

function addPlaceholder<D extends Desc>(
  file: DescFile,
  kind: D["kind"],
  find: (parsed: DescFile) => Desc,
): D {
  const placeholder = createPlaceholder<D>(kind, () => load(file));
  placeholdersOf.get(file)?.push({ placeholder, find });
  return placeholder;
}

/**
 * Returns an import as the parser of the importing file needs it. protobuf-es adds the imports of
 * imports once for each way that leads to them, but types come only from direct imports.
 */
function withoutDependencies(file: DescFile): DescFile {
  load(file);
  return Object.create(file, { dependencies: { value: [] } }) as DescFile;
}

/** Lists the properties of a type; the compiler reports missing ones. */
type Names<D extends Desc> = Readonly<Record<Exclude<keyof D, "kind">, true>>;

const FILE: Names<DescFile> = {
  edition: true,
  name: true,
  dependencies: true,
  enums: true,
  messages: true,
  extensions: true,
  services: true,
  deprecated: true,
  proto: true,
  toString: true,
};

const MESSAGE: Names<DescMessage> = {
  typeName: true,
  name: true,
  file: true,
  parent: true,
  fields: true,
  field: true,
  oneofs: true,
  members: true,
  nestedEnums: true,
  nestedMessages: true,
  nestedExtensions: true,
  deprecated: true,
  proto: true,
  toString: true,
};

const ENUM: Names<DescEnum> = {
  typeName: true,
  name: true,
  file: true,
  parent: true,
  open: true,
  values: true,
  value: true,
  sharedPrefix: true,
  deprecated: true,
  proto: true,
  toString: true,
};

const SERVICE: Names<DescService> = {
  typeName: true,
  name: true,
  file: true,
  methods: true,
  method: true,
  deprecated: true,
  proto: true,
  toString: true,
};

/** An object whose properties are filled when one of them is first read. */
class Placeholder {
  readonly kind: Desc["kind"];
  readonly #load: () => void;

  constructor(kind: Desc["kind"], load: () => void) {
    this.kind = kind;
    this.#load = load;
  }

  static load(placeholder: Placeholder): void {
    placeholder.#load();
  }
}

const prototypes = /* @__PURE__ */ createPrototypes();

function createPrototypes(): Readonly<Record<Desc["kind"], object>> {
  return {
    file: createPrototype(FILE),
    message: createPrototype(MESSAGE),
    enum: createPrototype(ENUM),
    service: createPrototype(SERVICE),
  };
}

function createPrototype(names: object): object {
  const prototype = {};
  for (const name of Object.keys(names)) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: Placeholder): unknown {
        Placeholder.load(this);
        // The placeholder now has the property itself.
        return Reflect.get(this, name);
      },
    });
  }
  return prototype;
}

function createPlaceholder<D extends Desc>(kind: D["kind"], load: () => void): D {
  const placeholder: object = new Placeholder(kind, load);
  // The prototype has a getter for each property of the descriptor.
  return Object.setPrototypeOf(placeholder, prototypes[kind]) as D;
}

/** Makes an ordinary object of a placeholder: reading it is as fast as reading the parsed one. */
function fill(placeholder: object, parsed: object): void {
  Object.setPrototypeOf(placeholder, Object.prototype);
  Object.assign(placeholder, parsed);
}

/** Makes the parsed descriptors refer to the exported ones. */
type Replace = <D extends object>(desc: D) => D;

function replaceReferences(parsed: DescFile, replace: Replace): void {
  for (const type of [...nestedTypes(parsed)]) {
    writable(type).file = replace(type.file);
    switch (type.kind) {
      case "message":
        replaceParent(type, replace);
        for (const field of type.fields) {
          replaceTypes(field, replace);
        }
        for (const oneof of type.oneofs) {
          replaceParent(oneof, replace);
        }
        replaceAll(type.nestedMessages, replace);
        replaceAll(type.nestedEnums, replace);
        break;
      case "enum":
        replaceParent(type, replace);
        for (const value of type.values) {
          replaceParent(value, replace);
        }
        break;
      case "service":
        for (const method of type.methods) {
          replaceMessages(method, replace);
        }
        break;
      case "extension":
        throw new TypeError(`${String(type)}: extensions are not supported here`);
    }
  }
  replaceAll(parsed.messages, replace);
  replaceAll(parsed.enums, replace);
  replaceAll(parsed.services, replace);
}

function replaceParent(desc: { readonly parent?: object | undefined }, replace: Replace): void {
  if (desc.parent !== undefined) {
    writable(desc).parent = replace(desc.parent);
  }
}

function replaceTypes(field: DescField, replace: Replace): void {
  replaceParent(field, replace);
  if (field.message !== undefined) {
    writable(field).message = replace(field.message);
  }
  if (field.enum !== undefined) {
    writable(field).enum = replace(field.enum);
  }
}

function replaceMessages(method: DescMethod, replace: Replace): void {
  replaceParent(method, replace);
  writable(method).input = replace(method.input);
  writable(method).output = replace(method.output);
}

function replaceAll<D extends object>(list: D[], replace: Replace): void {
  for (const [index, desc] of list.entries()) {
    list[index] = replace(desc);
  }
}

/** Descriptors are read-only for everybody else; these are not in use yet. */
function writable<T>(desc: T): { -readonly [Key in keyof T]: T[Key] } {
  return desc;
}
