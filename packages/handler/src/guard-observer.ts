import type { Observer, RequestObserver } from "./observer.js";

/** Reports why a function of an observer failed. */
type Report = (error: unknown) => void;

/**
 * Returns an observer that never throws, so that it cannot change an answer. What the given one throws
 * first is reported to its `failed`, else to the console.
 */
export function guardObserver(observer: Observer): Observer {
  let isReported = false;
  const report: Report = (error) => {
    if (!isReported) {
      isReported = true;
      attempt(() => (observer.failed ? observer.failed(error) : warn(error)), ignore);
    }
  };
  return {
    request(request) {
      try {
        const observed = observer.request?.(request);
        return observed && guardRequest(observed, report);
      } catch (error) {
        report(error);
        return undefined;
      }
    },
    incident: (incident) => attempt(() => observer.incident?.(incident), report),
  };
}

/** What an observer leaves out, the guarded one leaves out, too: there are ways without it. */
function guardRequest(observer: RequestObserver, report: Report): RequestObserver {
  return {
    ...(observer.operation && {
      operation: (operation) => attempt(() => observer.operation?.(operation), report),
    }),
    ...(observer.headers && {
      headers: (headers) => {
        try {
          return observer.headers?.(headers) ?? headers;
        } catch (error) {
          report(error);
          return headers;
        }
      },
    }),
    ...(observer.events && {
      events: (count, bytes) => attempt(() => observer.events?.(count, bytes), report),
    }),
    ...(observer.incident && {
      incident: (kind) => attempt(() => observer.incident?.(kind), report),
    }),
    ...(observer.end && {
      end: (end) => attempt(() => observer.end?.(end), report),
    }),
  };
}

/** Calls a function, which may be asynchronous: types do not prevent that. */
function attempt(call: () => unknown, report: Report): void {
  try {
    const result = call();
    if (result instanceof Promise) {
      result.catch(report);
    }
  } catch (error) {
    report(error);
  }
}

function warn(error: unknown): void {
  console.error("An observer of @stepwire/handler failed.", error);
}

function ignore(): void {}
