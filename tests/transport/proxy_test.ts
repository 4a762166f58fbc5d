import { assertEquals } from "@std/assert";
import { proxyFor } from "../../src/transport/proxy.ts";

const P = "http://proxy:3128";

const TABLE: readonly [string, Record<string, string>, string | undefined][] = [
  ["http://h/x", {}, undefined],
  ["http://h/x", { HTTP_PROXY: P }, "http://proxy:3128"],
  ["http://h/x", { http_proxy: "proxy:3128" }, "http://proxy:3128"],
  ["https://h/x", { HTTP_PROXY: P }, undefined],
  ["https://h/x", { HTTPS_PROXY: "http://u:secret@proxy:1" }, "http://proxy:1"],
  ["https://h/x", { ALL_PROXY: "socks5://proxy:1080" }, "socks5://proxy:1080"],
  ["http://h/x", { ALL_PROXY: "http://all:1", HTTP_PROXY: P }, "http://all:1"],
  ["http://a.example.com/", { HTTP_PROXY: P, NO_PROXY: "example.com" }, undefined],
  ["http://example.com/", { HTTP_PROXY: P, no_proxy: "x, .example.com" }, undefined],
  ["http://notexample.com/", { HTTP_PROXY: P, NO_PROXY: "example.com" }, "http://proxy:3128"],
  ["http://h/", { HTTP_PROXY: P, NO_PROXY: "*" }, undefined],
  ["http://h/", { HTTP_PROXY: P, NO_PROXY: "" }, "http://proxy:3128"],
];

for (const [url, env, expected] of TABLE) {
  Deno.test(`proxyFor gives ${expected} when ${url} is asked with ${JSON.stringify(env)}`, () => {
    const proxy = proxyFor(new URL(url), new Map(Object.entries(env)));
    assertEquals(proxy?.href.replace(/\/$/, ""), expected);
  });
}
