import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";

interface TabListProps<Name extends string> {
  readonly label: string;
  readonly tabs: Readonly<Record<Name, ComponentChildren>>;
  readonly selected: Name;
  readonly onSelect: (name: Name) => void;
  /** Starts the identifiers of the tabs and their panels. */
  readonly id: string;
  readonly className?: string;
}

/** Tabs that can be selected with the arrow keys. */
export function TabList<Name extends string>(props: TabListProps<Name>): JSX.Element {
  const { label, selected, onSelect, id, className = "tabs" } = props;
  const list = useRef<HTMLDivElement>(null);
  // The keys of an object with the names as its only keys.
  const names = Object.keys(props.tabs) as Name[];
  const onKeyDown = (event: KeyboardEvent): void => {
    const name = names.at(nextIndex(event.key, names.indexOf(selected), names.length));
    if (name !== undefined && name !== selected) {
      event.preventDefault();
      onSelect(name);
      list.current?.querySelector<HTMLElement>(`#${id}-tab-${name}`)?.focus();
    }
  };
  return (
    <div ref={list} class={className} role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${id}-tab-${name}`}
          aria-selected={name === selected}
          aria-controls={`${id}-panel`}
          tabIndex={name === selected ? 0 : -1}
          onClick={() => onSelect(name)}
        >
          {props.tabs[name]}
        </button>
      ))}
    </div>
  );
}

interface TabPanelProps {
  readonly id: string;
  readonly selected: string;
  readonly children: ComponentChildren;
}

/** What the selected tab shows. */
export function TabPanel({ id, selected, children }: TabPanelProps): JSX.Element {
  return (
    <div
      class={`${id}-panel panel`}
      role="tabpanel"
      id={`${id}-panel`}
      aria-labelledby={`${id}-tab-${selected}`}
    >
      {children}
    </div>
  );
}

function nextIndex(key: string, index: number, count: number): number {
  switch (key) {
    case "ArrowRight":
      return (index + 1) % count;
    case "ArrowLeft":
      return index - 1;
    case "Home":
      return 0;
    case "End":
      return -1;
    default:
      return index;
  }
}
