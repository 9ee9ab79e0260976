import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

interface CopyButtonProps {
  readonly label: string;
  readonly text: () => string;
}

const SHOWN_MILLISECONDS = 1500;

/** Copies a text, and says so for a moment. */
export function CopyButton({ label, text }: CopyButtonProps): JSX.Element {
  const [outcome, setOutcome] = useState<"Copied" | "Not allowed">();
  useEffect(() => {
    if (outcome === undefined) {
      return undefined;
    }
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setOutcome("Copied");
    } catch {
      setOutcome("Not allowed");
    }
  };
  return (
    <button type="button" class="copy" onClick={() => void copy()}>
      {outcome ?? label}
      <span class="visually-hidden" role="status">
        {outcome}
      </span>
    </button>
  );
}
