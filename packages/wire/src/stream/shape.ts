/**
 * Says how an event is written. A shape applies to an event and to those after it, until another
 * shape is given.
 */
export class Shape {
  /** Field number of the payload in the event; 0 if the event is complete and not remembered. */
  arm = 0;
  /** Number of the slot with the previous payload of the same message type. */
  slot = 0;
  /** Whether only one value of the payload changed. */
  isValue = false;
  /**
   * Indexes of fields in the previous payload, counted from 0. If only a value changed: the field to
   * enter at each step to it. Otherwise, the fields that are left out, in ascending order.
   */
  readonly indexes: number[] = [];

  equals({ arm, slot, isValue, indexes }: Shape): boolean {
    return (
      this.arm === arm &&
      this.slot === slot &&
      this.isValue === isValue &&
      this.indexes.length === indexes.length &&
      indexes.every((index, at) => index === this.indexes[at])
    );
  }

  reset(arm: number, slot: number): void {
    this.arm = arm;
    this.slot = slot;
    this.isValue = false;
    this.indexes.length = 0;
  }

  /** The left-out fields as a number: bit 0 for the first field of the previous payload. */
  get mask(): number {
    let mask = 0;
    for (const index of this.indexes) {
      mask += 2 ** index;
    }
    return mask;
  }

  set mask(mask: number) {
    this.indexes.length = 0;
    for (let index = 0, rest = mask; rest > 0; index++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) {
        this.indexes.push(index);
      }
    }
  }
}
