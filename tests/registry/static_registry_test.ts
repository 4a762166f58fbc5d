import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import { parseAppId } from "../../src/model/app_id.ts";
import { parseLocation } from "../../src/model/location.ts";
import { directoryListing } from "../../src/registry/directory_listing.ts";
import { StaticRegistry } from "../../src/registry/static_registry.ts";
import { AnyFetcher } from "../../src/transport/fetcher.ts";
import { sha256 } from "../support/bundles.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { RecordingClock } from "../support/manual_time.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir } from "../support/temp.ts";
import { layerOf, testRegistry } from "./contract.ts";

const HELLO = parseAppId("hello");

function open(place: string): StaticRegistry {
  const { fs, http } = denoHost;
  const clock = new RecordingClock();
  const fetcher = new AnyFetcher({ fs, http, clock, authority: undefined, userAgent: "test" });
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
    for await (const chunk of content.chunks()) assertEquals(chunk.length, 3);
  }));

const DENIED = [401, 403];
for (const status of DENIED) {
  Deno.test(`StaticRegistry refuses with 77 when the server says ${status}`, () =>
    inTempDir(async (directory) => {
      await using served = new FakeRegistry(directory).serve();
      served.fail(/./, { kind: "status", status });
      await assertRefused(() => open(served.url).resolve(HELLO, "x"), "REGISTRY_DENIED", 77);
    }));
}
