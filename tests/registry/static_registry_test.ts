import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import { parseAppId } from "../../src/model/app_id.ts";
import { readAll } from "../../src/model/content.ts";
import { parseLocation } from "../../src/model/location.ts";
import { directoryListing } from "../../src/registry/directory_listing.ts";
import { StaticRegistry } from "../../src/registry/static_registry.ts";
import { AnyFetcher } from "../../src/transport/fetcher.ts";
import { HttpFetcher } from "../../src/transport/http_fetcher.ts";
import { sha256 } from "../support/bundles.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { RecordingClock } from "../support/manual_time.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir } from "../support/temp.ts";
import { scripted } from "../transport/scripted.ts";
import { layerOf, testRegistry } from "./contract.ts";

const HELLO = parseAppId("hello");

function open(place: string): StaticRegistry {
  const { fs, http, env } = denoHost;
  const clock = new RecordingClock();
  const fetcher = new AnyFetcher({ fs, env, http, clock, authority: undefined, userAgent: "test" });
  const listing = place.startsWith("/") ? directoryListing(place, fs) : undefined;
  return new StaticRegistry(parseLocation(place, "registry").location, fetcher, listing);
}

testRegistry("StaticRegistry over a directory", ({ root }) => ({
  registry: open(root),
  [Symbol.asyncDispose]: () => Promise.resolve(),
}));

testRegistry("StaticRegistry over HTTP", (published) => {
  const served = published.serve();
  return { registry: open(served.url), [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
});

Deno.test("StaticRegistry names the apps and refs that a directory has", () =>
  inTempDir(async (directory) => {
    const published = new FakeRegistry(directory);
    published.putRelease("hello", "stable", "{}");
    published.putRelease("hello", "1.0", "{}");
    const registry = open(directory);
    const app = await assertRefused(
      () => registry.resolve(parseAppId("helo"), "stable"),
      "APP_UNKNOWN",
      78,
    );
    assertStringIncludes(app.message, "its apps are hello");
    const ref = await assertRefused(() => registry.resolve(HELLO, "beta"), "REF_UNKNOWN", 78);
    assertStringIncludes(ref.message, "its refs are 1.0, stable");
  }));

Deno.test("StaticRegistry shortens a long list of apps", () =>
  inTempDir(async (directory) => {
    const published = new FakeRegistry(directory);
    for (let i = 10; i < 22; i++) published.putRelease(`app-${i}`, "stable", "{}");
    const error = await assertRefused(() => open(directory).resolve(HELLO, "x"), "APP_UNKNOWN", 78);
    assertStringIncludes(error.message, "app-17 and 4 more");
  }));

Deno.test("StaticRegistry does not read local files for a release from the network", () =>
  inTempDir(async (directory) => {
    const published = new FakeRegistry(directory);
    await using served = published.serve();
    const layer = layerOf({ sha256: sha256("x"), url: `file://${directory}/apps` });
    await assertRefused(() => open(served.url).layer(HELLO, layer), "RELEASE_INVALID", 65);
    assertEquals(served.requests, []);
  }));

Deno.test("StaticRegistry fetches a layer from another server by its absolute url", () =>
  inTempDir(async (directory) => {
    const published = new FakeRegistry(directory);
    await using other = published.serve();
    Deno.writeTextFileSync(`${directory}/x.zip`, "zip");
    const layer = layerOf({ sha256: sha256("zip"), url: `${other.url}/x.zip` });
    const { content } = await open(directory).layer(HELLO, layer);
    assertEquals(content.size, 3);
    assertEquals((await readAll(content, 3)).length, 3);
  }));

Deno.test("StaticRegistry names the encoding of a release that came encoded", async () => {
  const http = scripted({ headers: { "content-encoding": "gzip" }, body: "\x1f\x8b" });
  const fetcher = new HttpFetcher({
    ...{ http, clock: new RecordingClock(), authority: undefined, userAgent: "test" },
  });
  const { location } = parseLocation("https://h/r?sig=CANARY", "registry");
  const registry = new StaticRegistry(location, fetcher, undefined);
  const error = await assertRefused(() => registry.resolve(HELLO, "x"), "RELEASE_INVALID", 65);
  assertStringIncludes(error.text.why, "Content-Encoding: gzip");
  assertEquals(registry.location as string, "https://h/r");
  assertEquals(http.requests[0]!.url, "https://h/r/apps/hello/x.json?sig=CANARY");
});

Deno.test("StaticRegistry reads a release that was only called encoded", async () => {
  const http = scripted({ headers: { "content-encoding": "utf-8" }, body: "{}" });
  const fetcher = new HttpFetcher({
    ...{ http, clock: new RecordingClock(), authority: undefined, userAgent: "test" },
  });
  const registry = new StaticRegistry(
    parseLocation("https://h/r", "registry").location,
    fetcher,
    undefined,
  );
  assertEquals((await registry.resolve(HELLO, "x")).kind, "found");
});

const DENIED = [401, 403];
for (const status of DENIED) {
  Deno.test(`StaticRegistry refuses with 77 when the server says ${status}`, () =>
    inTempDir(async (directory) => {
      await using served = new FakeRegistry(directory).serve();
      served.fail(/./, { kind: "status", status });
      await assertRefused(() => open(served.url).resolve(HELLO, "x"), "REGISTRY_DENIED", 77);
    }));
}
