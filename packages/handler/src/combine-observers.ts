import { guardObserver } from "./guard-observer.js";
import type { Observer, RequestObserver } from "./observer.js";

/**
 * Returns an observer that passes everything on to several others, in their order. If one of them throws,
 * the others still learn of everything.
 */
export function combineObservers(...given: readonly Observer[]): Observer {
  const observers = given.map(guardObserver);
  return {
    request(request) {
      const each = observers.flatMap((observer) => observer.request?.(request) ?? []);
      return each.length > 1 ? combineRequests(each) : each[0];
    },
    incident(incident) {
      for (const observer of observers) {
        observer.incident?.(incident);
      }
    },
  };
}

function combineRequests(observers: readonly RequestObserver[]): RequestObserver {
  return {
    operation(operation) {
      for (const observer of observers) {
        observer.operation?.(operation);
      }
    },
    headers: (headers) =>
      observers.reduce((passed, observer) => observer.headers?.(passed) ?? passed, headers),
    events(count, bytes) {
      for (const observer of observers) {
        observer.events?.(count, bytes);
      }
    },
    incident(kind) {
      for (const observer of observers) {
        observer.incident?.(kind);
      }
    },
    end(end) {
      for (const observer of observers) {
        observer.end?.(end);
      }
    },
  };
}
