/** Stands in for the interface of @stepwire/core that generated files add to. */
export interface OpenAIJsonTypes {}
