import type { JSX } from "preact";

/** Two steps on a wire. */
export function Logo(): JSX.Element {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M3 23h8v-7h8V9h10" />
      <circle cx="3.5" cy="23" r="2.5" />
      <circle cx="28.5" cy="9" r="2.5" />
    </svg>
  );
}
