import type { JSX } from "preact";
import type { Progress } from "../model/protocol.js";

/** The progress of some work, with a button to cancel it. */
export function ProgressBar({
  progress: { stage, done, total },
  onCancel,
}: {
  readonly progress: Progress;
  readonly onCancel: () => void;
}): JSX.Element {
  return (
    <div class="progress">
      <label>
        <span class="progress-stage">{stage}</span>
        <progress class="progress-bar" value={done} max={Math.max(total, 1)} />
      </label>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
