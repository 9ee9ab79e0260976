/* For other packages of Stepwire. Any release may change these exports. */
export {};
