/* The handlers for the servers of Node. */
export {};
