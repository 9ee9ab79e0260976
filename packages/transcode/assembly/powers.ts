import { POWERS } from "./layout";

// The leading 128 bits of 10^-342 to 10^324. They are computed on first use, because as data they
// would make up a third of the kernel.

const LOWEST: i32 = -342;
const HIGHEST: i32 = 324;
const LAST_EXACT: i32 = 55;

// Big numbers of 32-bit limbs, lowest first, in the unused memory before the table.
const LIMBS: usize = POWERS + (((HIGHEST - LOWEST + 1) as usize) << 4);
const LIMB_COUNT: i32 = 40;

let ready: bool = false;

// @inline
function limb(index: i32): u64 {
  return load<u32>(LIMBS + ((<usize>index) << 2));
}

// @inline
function setLimb(index: i32, value: u64): void {
  store<u32>(LIMBS + ((<usize>index) << 2), <u32>value);
}

/** Stores the leading 128 bits of the big number, truncated. */
function keep(power: i32, highest: i32): void {
  const shift = <u64>clz(<u32>limb(highest));
  let high: u64 = 0;
  let low: u64 = 0;
  for (let i = 0; i < 5; i++) {
    const part = highest - i < 0 ? 0 : limb(highest - i);
    // The fifth limb fills the bits that the shift frees.
    if (i < 2) {
      high = (high << 32) | part;
    } else if (i < 4) {
      low = (low << 32) | part;
    } else if (shift) {
      high = (high << shift) | (low >> (64 - shift));
      low = (low << shift) | (part >> (32 - shift));
    }
  }
  const at = POWERS + ((<usize>(power - LOWEST)) << 4);
  store<u64>(at, high);
  store<u64>(at, low, 8);
}

function prepare(): void {
  ready = true;
  // 5^n, exactly; it has the same leading bits as 10^n.
  for (let i = 0; i < LIMB_COUNT; i++) setLimb(i, 0);
  setLimb(0, 1);
  let highest = 0;
  for (let power = 0; ; power++) {
    keep(power, highest);
    if (power === HIGHEST) {
      break;
    }
    let carry: u64 = 0;
    for (let i = 0; i <= highest; i++) {
      carry += limb(i) * 5;
      setLimb(i, carry);
      carry >>= 32;
    }
    if (carry) {
      setLimb(++highest, carry);
    }
  }
  // 5^-n, with enough extra bits that the truncation in each step does not reach the stored ones.
  highest = LIMB_COUNT - 1;
  for (let i = 0; i < highest; i++) setLimb(i, 0);
  setLimb(highest, 0x80000000);
  for (let power = -1; power >= LOWEST; power--) {
    let rest: u64 = 0;
    for (let i = highest; i >= 0; i--) {
      rest = (rest << 32) | limb(i);
      setLimb(i, rest / 5);
      rest %= 5;
    }
    if (limb(highest) === 0) {
      highest--;
    }
    keep(power, highest);
  }
}

export let powerHigh: u64 = 0;
export let powerLow: u64 = 0;

/** Reads the leading bits of 10^power, truncated. */
export function readPower(power: i32): void {
  if (!ready) {
    prepare();
  }
  const at = POWERS + ((<usize>(power - LOWEST)) << 4);
  powerHigh = load<u64>(at);
  powerLow = load<u64>(at, 8);
}

/** Reads the leading bits of 10^power, rounded up. */
export function readPowerUp(power: i32): void {
  readPower(power);
  if (power < 0 || power > LAST_EXACT) {
    powerLow++;
    if (powerLow === 0) {
      powerHigh++;
    }
  }
}

/** Returns the high half of the 128-bit product. */
export function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}
