/* An immutable list: a tree with 32 branches. A change copies the path to it. */
import { countAllocated, epoch, PLAIN, Value } from "./base";

const BITS = 5;
const WIDTH = 1 << BITS;

class VectorNode extends Value {
  constructor(
    public slots: StaticArray<Value | null>,
    public epoch: u32,
  ) {
    super(PLAIN);
  }
}

function newNode(capacity: i32): VectorNode {
  countAllocated(((<usize>capacity) << 2) + 64);
  return new VectorNode(new StaticArray<Value | null>(capacity), epoch);
}

/** Returns a node that may be modified and has a slot for an index. */
function editable(node: VectorNode, index: i32): VectorNode {
  const length = node.slots.length;
  if (node.epoch === epoch && index < length) {
    return node;
  }
  const copy = newNode(index < length ? length : min(WIDTH, max(4, 2 * (index + 1))));
  memory.copy(changetype<usize>(copy.slots), changetype<usize>(node.slots), (<usize>length) << 2);
  return copy;
}

export class Vector {
  private constructor(
    readonly length: i32,
    private readonly shift: i32,
    private readonly root: VectorNode,
  ) {}

  static empty(): Vector {
    return new Vector(0, 0, newNode(0));
  }

  at(index: i32): Value {
    let node = this.root;
    for (let shift = this.shift; shift > 0; shift -= BITS) {
      node = changetype<VectorNode>(unchecked(node.slots[(index >> shift) & (WIDTH - 1)]));
    }
    return changetype<Value>(unchecked(node.slots[index & (WIDTH - 1)]));
  }

  /** Returns a vector in which an element is replaced, or appended at the end. */
  with(index: i32, value: Value | null): Vector {
    let root = this.root;
    let shift = this.shift;
    if (index === this.length && index === WIDTH << shift) {
      const above = newNode(4);
      above.slots[0] = root;
      root = above;
      shift += BITS;
    }
    return new Vector(max(this.length, index + 1), shift, set(root, shift, index, value));
  }
}

function set(node: VectorNode, shift: i32, index: i32, value: Value | null): VectorNode {
  const slot = (index >> shift) & (WIDTH - 1);
  const copy = editable(node, slot);
  if (shift === 0) {
    copy.slots[slot] = value;
  } else {
    const below = changetype<VectorNode | null>(copy.slots[slot]);
    copy.slots[slot] = set(below === null ? newNode(0) : below, shift - BITS, index, value);
  }
  return copy;
}
