export type {
  Incident,
  IncidentKind,
  ObservedRequest,
  Observer,
  Operation,
  RequestEnd,
  RequestObserver,
  Role,
} from "./observer.js";
