import { assertEquals } from "@std/assert";
import { type Releases, releasesOf } from "../../../src/app/published/releases.ts";
import { parseAppId } from "../../../src/model/app_id.ts";
import { testContext } from "../../support/context.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { PutServer } from "../../support/put_server.ts";
import { assertRefused } from "../../support/refusal.ts";
import { inTempDir } from "../../support/temp.ts";
import { publishTo, request } from "../publish/support.ts";

async function releasesIn(registry: string, app = "hello"): Promise<Releases> {
  const { context } = await testContext({ registry, cache: "/nowhere" });
  return await releasesOf(parseAppId(app), context);
}

const short = ({ versions }: Releases) =>
  versions.map(({ version, channels }) => [version, ...channels]);

Deno.test("releasesOf lists what was published, newest first, from a directory and over HTTP", () =>
  inTempDir(async (dir) => {
    await using server = new PutServer({ conditional: true });
    const source = new FakeRegistry(`${dir}/source`);
    for (const registry of [`${dir}/registry`, server.url]) {
      for (const version of ["1", "2", "10"]) {
        source.publishHello(version);
        await publishTo(registry, request(source.root, { channel: `c${version}` }));
      }
      const releases = await releasesIn(registry);
      assertEquals(releases.source, "index");
      assertEquals(short(releases), [["10", "c10"], ["2", "c2"], ["1", "c1"]]);
      const sizes = releases.versions.map(({ size }) => size);
      assertEquals(sizes.every((size) => size !== undefined && size > 1000), true);
    }
  }));

Deno.test("releasesOf lists a directory that a person keeps", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(dir);
    registry.publishHello("1", "1");
    registry.publishHello("1", "stable");
    const releases = await releasesIn(dir);
    assertEquals(releases.source, "listing");
    assertEquals(short(releases), [["1", "stable"]]);
    await assertRefused(() => releasesIn(dir, "other"), "APP_UNKNOWN", 78);
  }));

Deno.test("releasesOf knows what a publisher that was killed has not written into the index", () =>
  inTempDir(async (dir) => {
    const source = new FakeRegistry(`${dir}/source`);
    const to = `${dir}/registry`;
    source.publishHello("1");
    await publishTo(to, request(source.root));
    const index = Deno.readTextFileSync(`${to}/apps/hello/index.json`);
    source.publishHello("2");
    await publishTo(to, request(source.root));
    Deno.writeTextFileSync(`${to}/apps/hello/index.json`, index);
    Deno.removeSync(`${to}/apps/hello/1.json`);
    assertEquals(short(await releasesIn(to)), [["2", "stable"]]);
  }));

Deno.test("releasesOf says of a server without an index what stable stands for", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(dir);
    registry.publishHello("1");
    await using served = registry.serve();
    const releases = await releasesIn(served.url);
    assertEquals([releases.source, short(releases)], ["channel", [["1", "stable"]]]);
    await assertRefused(() => releasesIn(served.url, "other"), "REF_UNKNOWN", 78);
  }));
