import { countAllocated, Entry, epoch, isSameBytes, PLAIN, Text, Value } from "./base";
import { hash } from "./hash";
import { Vector } from "./vector";

/** A map up to this size has no index. */
const SEARCHED = 12;
const BITS = 5;

/** An entry of the index: the place of an entry of the map. */
class Leaf extends Value {
  constructor(
    public hash: u64,
    public key: Text,
    public place: i32,
    /** The next one with the same hash. */
    public next: Leaf | null,
  ) {
    super(PLAIN);
  }
}

/** A node of the index: the children for the bits that are set, in order. */
class Branch extends Value {
  constructor(
    public bits: u32,
    public children: StaticArray<Value>,
    public epoch: u32,
  ) {
    super(BRANCH);
  }
}

const BRANCH: u8 = 8;

export class OrderedMap {
  private constructor(
    readonly size: i32,
    private readonly places: Vector,
    private readonly index: Branch | null,
  ) {}

  static empty(): OrderedMap {
    return new OrderedMap(0, Vector.empty(), null);
  }

  /** How many places there are; some may be empty. */
  get placeCount(): i32 {
    return this.places.length;
  }

  /** The entry at a place; null if it was deleted. */
  entryAt(place: i32): Entry | null {
    return changetype<Entry | null>(this.places.at(place));
  }

  get(start: usize, length: i32): Value | null {
    const place = this.placeOf(start, length);
    return place < 0 ? null : changetype<Entry>(this.places.at(place)).value;
  }

  getText(key: Text): Value | null {
    return this.get(key.start, key.length);
  }

  private placeOf(start: usize, length: i32): i32 {
    const index = this.index;
    if (index !== null) {
      return findLeaf(index, hash(start, length), start, length);
    }
    for (let place = 0, count = this.places.length; place < count; place++) {
      const entry = changetype<Entry | null>(this.places.at(place));
      if (entry !== null && isSameBytes(entry.key.start, entry.key.length, start, length)) {
        return place;
      }
    }
    return -1;
  }

  set(key: Text, value: Value): OrderedMap {
    countAllocated(64);
    const place = this.placeOf(key.start, key.length);
    if (place >= 0) {
      const before = changetype<Entry>(this.places.at(place));
      const places = this.places.with(place, new Entry(before.key, value));
      return new OrderedMap(this.size, places, this.index);
    }
    const end = this.places.length;
    const places = this.places.with(end, new Entry(key, value));
    let index = this.index;
    if (index !== null) {
      index = insert(index, 0, new Leaf(hash(key.start, key.length), key, end, null));
    } else if (end >= SEARCHED) {
      index = indexOf(places);
    }
    return new OrderedMap(this.size + 1, places, index);
  }

  delete(start: usize, length: i32): OrderedMap {
    const place = this.placeOf(start, length);
    if (place < 0) {
      return this;
    }
    const size = this.size - 1;
    // Empty places are removed when they are as many as the entries.
    if (this.places.length >= 2 * size + SEARCHED) {
      let compact = OrderedMap.empty();
      for (let each = 0; each < this.places.length; each++) {
        const entry = changetype<Entry | null>(this.places.at(each));
        if (entry !== null && each !== place) {
          compact = compact.set(entry.key, entry.value);
        }
      }
      return compact;
    }
    const places = this.places.with(place, null);
    const index = this.index;
    return new OrderedMap(
      size,
      places,
      index === null ? null : removeLeaf(index, 0, hash(start, length), place),
    );
  }
}

function indexOf(places: Vector): Branch {
  let index = new Branch(0, new StaticArray<Value>(0), epoch);
  for (let place = 0, count = places.length; place < count; place++) {
    const entry = changetype<Entry | null>(places.at(place));
    if (entry !== null) {
      const key = entry.key;
      index = insert(index, 0, new Leaf(hash(key.start, key.length), key, place, null));
    }
  }
  return index;
}

// @inline
function slotOf(bits: u32, bit: u32): i32 {
  return popcnt(bits & (bit - 1));
}

function findLeaf(root: Branch, wanted: u64, start: usize, length: i32): i32 {
  let node = root;
  for (let shift: u64 = 0; ; shift += BITS) {
    const bit: u32 = 1 << (<u32>(wanted >> shift) & 31);
    if ((node.bits & bit) === 0) {
      return -1;
    }
    const child = unchecked(node.children[slotOf(node.bits, bit)]);
    if (child.kind === BRANCH) {
      node = changetype<Branch>(child);
      continue;
    }
    for (let leaf: Leaf | null = changetype<Leaf>(child); leaf !== null; leaf = leaf.next) {
      if (leaf.hash === wanted && isSameBytes(leaf.key.start, leaf.key.length, start, length)) {
        return leaf.place;
      }
    }
    return -1;
  }
}

function withChild(node: Branch, slot: i32, child: Value): Branch {
  if (node.epoch === epoch) {
    node.children[slot] = child;
    return node;
  }
  const children = node.children.slice<StaticArray<Value>>();
  countAllocated(((<usize>children.length) << 2) + 64);
  children[slot] = child;
  return new Branch(node.bits, children, epoch);
}

function insert(node: Branch, shift: u64, leaf: Leaf): Branch {
  const bit: u32 = 1 << (<u32>(leaf.hash >> shift) & 31);
  const slot = slotOf(node.bits, bit);
  if ((node.bits & bit) === 0) {
    const children = node.children;
    const more = new StaticArray<Value>(children.length + 1);
    countAllocated(((<usize>more.length) << 2) + 64);
    for (let index = 0; index < slot; index++) {
      more[index] = children[index];
    }
    more[slot] = leaf;
    for (let index = slot; index < children.length; index++) {
      more[index + 1] = children[index];
    }
    return new Branch(node.bits | bit, more, epoch);
  }
  const child = node.children[slot];
  if (child.kind === BRANCH) {
    return withChild(node, slot, insert(changetype<Branch>(child), shift + BITS, leaf));
  }
  const other = changetype<Leaf>(child);
  if (other.hash === leaf.hash) {
    return withChild(node, slot, new Leaf(leaf.hash, leaf.key, leaf.place, other));
  }
  let below = new Branch(0, new StaticArray<Value>(0), epoch);
  below = insert(below, shift + BITS, other);
  return withChild(node, slot, insert(below, shift + BITS, leaf));
}

/** Removes the leaf of a place, which exists. An empty branch stays. */
function removeLeaf(node: Branch, shift: u64, wanted: u64, place: i32): Branch {
  const bit: u32 = 1 << (<u32>(wanted >> shift) & 31);
  const slot = slotOf(node.bits, bit);
  const child = node.children[slot];
  if (child.kind === BRANCH) {
    return withChild(
      node,
      slot,
      removeLeaf(changetype<Branch>(child), shift + BITS, wanted, place),
    );
  }
  const rest = withoutPlace(changetype<Leaf>(child), place);
  if (rest !== null) {
    return withChild(node, slot, rest);
  }
  const children = node.children;
  const fewer = new StaticArray<Value>(children.length - 1);
  for (let index = 0; index < fewer.length; index++) {
    fewer[index] = children[index < slot ? index : index + 1];
  }
  return new Branch(node.bits & ~bit, fewer, epoch);
}

function withoutPlace(leaf: Leaf, place: i32): Leaf | null {
  if (leaf.place === place) {
    return leaf.next;
  }
  const next = leaf.next;
  return new Leaf(
    leaf.hash,
    leaf.key,
    leaf.place,
    next === null ? null : withoutPlace(next, place),
  );
}
