import type { JSX } from "preact";
import { isDark, theme } from "../state/theme.js";

/** Turns the light on and off. */
export function ThemeToggle(): JSX.Element {
  const dark = isDark.value;
  return (
    <button
      type="button"
      class="theme-toggle"
      aria-pressed={dark}
      onClick={() => {
        theme.value = dark ? "light" : "dark";
      }}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="8" />
        <path d="M12 4a8 8 0 0 1 0 16z" />
      </svg>
      <span class="visually-hidden">Dark</span>
    </button>
  );
}
