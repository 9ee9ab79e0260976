/**
 * The path of an ingress below which requests are passed through to the upstream. The path of a
 * service contains a dot, so it is never the same.
 */
export const PASS_THROUGH_PATH = "/pass-through";
