import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { BodyWriter } from "../src/internal.js";

/** Returns everything that a server sends for some requests on one connection. */
async function answersTo(
  requests: string,
  answer: (body: BodyWriter, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((_request, response) => answer(new BodyWriter(response), response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  // A server on a port has an address of this kind.
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => {
    text += part;
  });
  socket.end(requests);
  await once(socket, "close");
  return text;
}

function bodiesIn(text: string): string[] {
  return text.split(/HTTP\/1\.1 [\s\S]*?\r\n\r\n/).slice(1);
}

const GET = "GET / HTTP/1.1\r\nhost: bakery\r\n\r\n";
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("a body of parts", () => {
  it("is sent in chunks over HTTP/1.1, and the connection is used again", async () => {
    const text = await answersTo(GET + GET, (body) => {
      expect(body.write(bytes("two loaves"))).toBe(true);
      expect(body.write(bytes(""))).toBe(true);
      body.end(bytes("a roll"));
    });
    expect(text).toContain("Transfer-Encoding: chunked");
    const expected = "a\r\ntwo loaves\r\n6\r\na roll\r\n0\r\n\r\n";
    expect(bodiesIn(text)).toEqual([expected, expected]);
  });

  it("ends without a last part", async () => {
    const text = await answersTo(GET, (body, response) => {
      body.write(bytes("one"));
      body.end(undefined, () => expect(response.writableFinished).toBe(true));
    });
    expect(bodiesIn(text)).toEqual(["3\r\none\r\n0\r\n\r\n"]);
  });

  it("may be empty", async () => {
    expect(bodiesIn(await answersTo(GET, (body) => body.end()))).toEqual(["0\r\n\r\n"]);
  });

  it("has parts of any size", async () => {
    const large = "x".repeat(2 ** 16 + 1);
    const text = await answersTo(GET, (body) => {
      body.write(bytes(large));
      body.end(bytes(large));
    });
    expect(bodiesIn(text)).toEqual([`10001\r\n${large}\r\n10001\r\n${large}\r\n0\r\n\r\n`]);
  });

  it("says when the caller has to read", async () => {
    let isWritable = true;
    await answersTo(GET, (body) => {
      for (let count = 0; count < 100 && isWritable; count++) {
        isWritable = body.write(new Uint8Array(2 ** 20));
      }
      body.end();
    });
    expect(isWritable).toBe(false);
  });

  it("is sent as it is over HTTP/1.0", async () => {
    const text = await answersTo("GET / HTTP/1.0\r\n\r\n", (body) => {
      body.write(bytes("two loaves"));
      body.end(bytes(" and a roll"));
    });
    expect(bodiesIn(text)).toEqual(["two loaves and a roll"]);
  });
});
