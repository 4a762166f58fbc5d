import { assertEquals, assertStringIncludes } from "@std/assert";
import { resolveTarget } from "../../../src/app/start/resolve.ts";
import { remember } from "../../../src/app/start/remember.ts";
import type { Resolved } from "../../../src/app/start/resolved_release.ts";
import { inspectFile } from "../../../src/app/releases/inspect.ts";
import { isWarning } from "../../../src/app/events.ts";
import { parseAppId } from "../../../src/model/app_id.ts";
import { type ChannelDocument, formatChannel } from "../../../src/model/channel.ts";
import { app, testContext } from "../../support/context.ts";
import { FakeRegistry, type Served } from "../../support/fake_registry.ts";
import { assertRefused } from "../../support/refusal.ts";
import { inTempDir } from "../../support/temp.ts";

interface Bench {
  readonly registry: FakeRegistry;
  readonly served: Served;
  /** As a start whose layers are all in place: what was resolved is remembered. */
  resolve(
    what?: string,
    flags?: Record<string, string>,
  ): Promise<Resolved & { warnings: string[] }>;
  /** Publishes a version, and the document of a channel that names it. */
  promote(version: string, sequence: number, fields?: Partial<ChannelDocument>): void;
}

function test(behaviour: string, act: (bench: Bench) => Promise<void>): void {
  Deno.test(`followChannel ${behaviour}`, () =>
    inTempDir(async (dir) => {
      const registry = new FakeRegistry(`${dir}/registry`);
      await using served = registry.serve();
      const resolve = async (what = "hello", flags: Record<string, string> = {}) => {
        const settings = { registry: served.url, cache: `${dir}/cache`, ...flags };
        const { context, events } = await testContext(settings);
        const resolved = await resolveTarget(app(what), context);
        if (resolved.remember !== undefined) remember(resolved.remember, context);
        const warnings = events.flatMap((event) => isWarning(event) ? [event.text] : []);
        return { ...resolved, warnings };
      };
      const promote = (version: string, sequence: number, fields = {}) => {
        const release = registry.publishHello(version, version);
        const [hello, channel] = [parseAppId("hello"), "stable"];
        const text = formatChannel({
          ...{ app: hello, channel, version, release, sequence },
          ...{ published: undefined, expires: undefined, ...fields },
        });
        Deno.writeTextFileSync(`${registry.root}/apps/hello/stable.json`, text);
      };
      await act({ registry, served, resolve, promote });
    }));
}

const CHANNEL = "/apps/hello/stable.json";

test("brings the release that is named, and then asks for the document alone", async (bench) => {
  bench.promote("1", 1);
  const cold = await bench.resolve();
  assertEquals([cold.release.version, cold.source], ["1", "changed"]);
  assertEquals(bench.served.requests.map(({ path }) => path.slice(0, 14)), [
    CHANNEL.slice(0, 14),
    "/blobs/sha256/",
  ]);
  bench.served.requests.length = 0;
  assertEquals((await bench.resolve()).source, "unchanged");
  bench.served.etags = false;
  assertEquals((await bench.resolve()).source, "unchanged");
  const asked = bench.served.requests.map(({ path, status }) => [path, status]);
  assertEquals(asked, [[CHANNEL, 304], [CHANNEL, 200]]);
});

test("finds a release that lies under its version alone", async ({ registry, resolve, promote }) => {
  promote("1", 1);
  for (const { name } of Deno.readDirSync(`${registry.root}/blobs/sha256`)) {
    Deno.removeSync(`${registry.root}/blobs/sha256/${name}`);
  }
  assertEquals((await resolve()).release.version, "1");
});

test("refuses a release with another digest than the one named", async (bench) => {
  bench.promote("1", 1);
  const other = bench.registry.publishHello("2", "2");
  bench.promote("1", 1, { release: other, version: "1" });
  Deno.writeTextFileSync(`${bench.registry.root}/blobs/sha256/${other}`, "{}");
  await assertRefused(() => bench.resolve(), "DIGEST_MISMATCH", 65);
});

test("stays with the last release where the release that is named is missing", async (bench) => {
  bench.promote("1", 1);
  await bench.resolve();
  bench.promote("2", 2, { release: bench.registry.putBlob("gone") });
  Deno.removeSync(`${bench.registry.root}/apps/hello/2.json`);
  const { release, source, warnings } = await bench.resolve();
  assertEquals([release.version, source, warnings.length], ["1", "last-good", 1]);
});

test("takes a release that was promoted back, as its sequence is higher", async (bench) => {
  for (const [version, sequence] of [["1", 1], ["2", 2], ["1", 3]] as const) {
    bench.promote(version, sequence);
    const { release, warnings } = await bench.resolve();
    assertEquals([release.version, warnings], [version, []]);
  }
});

for (const sequence of [1, 2]) {
  test(`stays, with a warning, where another release comes with sequence ${sequence} after 2`, async (bench) => {
    bench.promote("2", 2);
    await bench.resolve();
    bench.promote("1", sequence);
    const { release, source, warnings } = await bench.resolve();
    assertEquals([release.version, source], ["2", "last-good"]);
    assertStringIncludes(warnings.join(), `with sequence ${sequence}, and one with sequence 2 was`);
    await assertRefused(() => bench.resolve("hello", { strict: "true" }), "CHANNEL_OUTDATED", 65);
    // What was seen is not forgotten by staying.
    assertEquals((await bench.resolve()).release.version, "2");
  });
}

test("remembers the highest sequence across a release that a person put there", async (bench) => {
  bench.promote("2", 2);
  await bench.resolve();
  bench.registry.publishHello("3");
  assertEquals((await bench.resolve()).release.version, "3");
  bench.promote("1", 1);
  assertEquals((await bench.resolve()).release.version, "3");
});

test("refuses the document of another app or channel", async (bench) => {
  for (const fields of [{ app: parseAppId("other") }, { channel: "beta" }]) {
    bench.promote("1", 1, fields);
    const error = await assertRefused(() => bench.resolve(), "RELEASE_INVALID", 65);
    assertStringIncludes(error.text.why, "it is that of");
  }
});

test("is what inspect does with a file, too", async (bench) => {
  bench.promote("1", 1);
  const { context } = await testContext({ registry: bench.registry.root });
  const path = `${bench.registry.root}${CHANNEL}`;
  assertEquals((await inspectFile(path, context)).version, "1");
  Deno.removeSync(`${bench.registry.root}/apps/hello/1.json`);
  assertEquals((await inspectFile(path, context)).version, "1");
  Deno.removeSync(`${bench.registry.root}/blobs`, { recursive: true });
  await assertRefused(() => inspectFile(path, context), "REF_UNKNOWN", 78);
});
