import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** How the page looks; `system` follows the reader's system. */
export type Theme = "system" | "light" | "dark";

const KEY = "stepwire-theme";

/** The look that the reader chose. */
export const theme: Signal<Theme> = signal(storedTheme());

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const followsDark: Signal<boolean> = signal(systemIsDark.matches);

/** Whether the page is dark now. */
export const isDark: ReadonlySignal<boolean> = computed(() =>
  theme.value === "system" ? followsDark.value : theme.value === "dark",
);

/** Gives the page the look that was chosen, and remembers it. */
export function startTheme(): void {
  systemIsDark.addEventListener("change", ({ matches }) => {
    followsDark.value = matches;
  });
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    try {
      localStorage.setItem(KEY, theme.value);
    } catch {
      // Without storage, the choice lasts as long as the page.
    }
  });
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}
