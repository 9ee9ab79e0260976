import { OpenAIHttpError } from "@stepwire/connect";

/**
 * The text of a request for a stream, which goes on as it is.
 *
 * @throws {OpenAIHttpError} if it is no JSON object, or does not ask for a stream.
 */
export function streamingBody(body: unknown): string {
  if (typeof body !== "string") {
    throw invalid("The request has no body.", null);
  }
  const value = parse(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("The request's body is not a JSON object.", null);
  }
  if (!("stream" in value && value.stream === true)) {
    throw invalid("Only runs that are streamed are served here: set 'stream' to true.", "stream");
  }
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("The request's body is not JSON.", null);
  }
}

function invalid(message: string, param: string | null): OpenAIHttpError {
  return OpenAIHttpError.create(400, { message, param });
}
