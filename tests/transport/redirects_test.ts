import { assert, assertEquals } from "@std/assert";
import type { HttpResponse } from "../../src/host/ports.ts";
import { followRedirects, redirectTarget } from "../../src/transport/redirects.ts";
import { assertRefused } from "../support/refusal.ts";

const GOOD: [from: string, location: string, target: string][] = [
  ["https://h/a/b", "c", "https://h/a/c"],
  ["https://h/a/b", "/c?x=1", "https://h/c?x=1"],
  ["https://h/a", "//other/c", "https://other/c"],
  ["http://h/a", "https://h/a", "https://h/a"],
  ["http://h/a", "http://other/a", "http://other/a"],
  ["https://h/a", "https://user:secret@other/c", "https://other/c"],
];

for (const [from, location, target] of GOOD) {
  Deno.test(`redirectTarget leads from ${from} by ${location} to ${target}`, () => {
    assertEquals(redirectTarget(from, location), target);
  });
}

const BAD: [from: string, location: string][] = [
  ["https://h/a", "http://h/a"],
  ["https://h/a", "http://user:secret@h/a"],
  ["https://h/a", "file:///etc/passwd"],
  ["http://h/a", "ftp://h/a"],
  ["http://h/a", "data:text/plain,x"],
  ["http://h/a", "http://"],
];

for (const [from, location] of BAD) {
  Deno.test(`redirectTarget refuses to go from ${from} by ${location}`, async () => {
    const refused = () => redirectTarget(from, location);
    const error = await assertRefused(refused, "REGISTRY_UNREACHABLE", 69);
    assert(!error.message.includes("secret"), error.message);
  });
}

function response(status: number, location?: string): HttpResponse {
  return {
    status,
    header: (name) => name === "location" ? location : undefined,
    body: () => (async function* () {})(),
    cancel: () => Promise.resolve(),
  };
}

Deno.test("followRedirects follows five hops and refuses the sixth", async () => {
  const after = (hops: number) => {
    let done = 0;
    return followRedirects("http://h/0", () => {
      return Promise.resolve(done < hops ? response(302, `/${++done}`) : response(200));
    });
  };
  assertEquals((await after(5)).status, 200);
  await assertRefused(() => after(6), "REGISTRY_UNREACHABLE", 69);
});

Deno.test("followRedirects returns a redirect that says not where, and other 3xx", async () => {
  for (const given of [response(302), response(304, "/x"), response(300, "/x")]) {
    assertEquals(await followRedirects("http://h/", () => Promise.resolve(given)), given);
  }
});
