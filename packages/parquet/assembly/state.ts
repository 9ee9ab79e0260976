import { COLUMN_SIZE } from "./column";

/** The address of the plan. */
export let plan: usize = 0;
/** The node of the selected message. */
export let root: usize = 0;
/** The columns of the selected message. */
export let columns: usize = 0;
export let columnCount: u32 = 0;
/** Memory for the values of messages that contain each other. */
export let slots: usize = 0;
/** The number of rows of the last conversion. */
export let rows: u32 = 0;

export function setPlan(place: usize): void {
  plan = place;
}

export function setSelected(node: usize, first: usize, count: u32, slotsAt: usize): void {
  root = node;
  columns = first;
  columnCount = count;
  slots = slotsAt;
}

export function setRows(count: u32): void {
  rows = count;
}

// @inline
export function columnAt(index: usize): usize {
  return columns + index * COLUMN_SIZE;
}
