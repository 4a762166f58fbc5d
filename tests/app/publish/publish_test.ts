import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { planPublish } from "../../../src/app/publish/publish.ts";
import { parseIndex } from "../../../src/model/release_index.ts";
import { parseChannel } from "../../../src/model/channel.ts";
import { noise, sha256 } from "../../support/bundles.ts";
import { testContext } from "../../support/context.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { PutServer } from "../../support/put_server.ts";
import { assertRefused } from "../../support/refusal.ts";
import { inTempDir, listing } from "../../support/temp.ts";
import { assertSound, publishTo, request, treeOf } from "./support.ts";

interface Bench {
  readonly source: FakeRegistry;
  readonly from: string;
  readonly to: string;
}

function test(behaviour: string, act: (bench: Bench) => Promise<void>): void {
  Deno.test(`publish ${behaviour}`, () =>
    inTempDir(async (dir) => {
      const source = new FakeRegistry(`${dir}/source`);
      await act({ source, from: source.root, to: `${dir}/registry` });
    }));
}

const text = (path: string) => Deno.readTextFileSync(path);

test("brings layers, version, channel and index, and the second time nothing", async (bench) => {
  const { source, from, to } = bench;
  const digest = source.publishHello();
  const first = await publishTo(to, request(from));
  assertEquals([first.digest, first.isNew, first.sent.length], [digest, true, 2]);
  assertEquals(assertSound(treeOf(to)), new Map([["1", "1"], ["stable", "1"]]));
  const index = parseIndex(text(`${to}/apps/hello/index.json`), "index");
  assertEquals(index.versions.map(({ version, release }) => [version, release]), [["1", digest]]);
  assertEquals(index.channels[0]!.sequence, 1);
  const before = treeOf(to);
  const second = await publishTo(to, request(from));
  assertEquals([second.isNew, second.sent.length, second.skipped.length], [false, 0, 2]);
  assertEquals(second.channel?.moved, false);
  assertEquals(treeOf(to), before);
});

test("sends of a next version what is new", async ({ source, from, to }) => {
  source.publishHello("1");
  await publishTo(to, request(from));
  source.publish("hello", "stable", "2", [
    { files: { "hello.py": 'print("hello 1")\n', "pkg/__init__.py": "" } },
    { files: { "lib.py": "new" } },
  ]);
  const { sent, skipped, channel } = await publishTo(to, request(from));
  assertEquals([sent.length, skipped.length], [1, 1]);
  assertEquals([channel?.from, channel?.document.sequence], ["1", 2]);
});

test("lets no channel stand for it where none is asked for", async ({ source, from, to }) => {
  source.publishHello();
  await publishTo(to, { ...request(from), channel: undefined });
  assertEquals(assertSound(treeOf(to)), new Map([["1", "1"]]));
});

test("refuses a version that is there with other content, and sends nothing", async (bench) => {
  const { source, from, to } = bench;
  source.publishHello();
  await publishTo(to, request(from));
  const before = treeOf(to);
  source.publish("hello", "stable", "1", [{ files: { "hello.py": "another" } }]);
  const error = await assertRefused(() => publishTo(to, request(from)), "VERSION_TAKEN", 65);
  assertStringIncludes(error.text.why, "variants[0].layers[0].sha256");
  assertEquals(treeOf(to), before);
});

test("refuses a layer whose bytes are not those of its digest", async ({ source, from, to }) => {
  source.publish("hello", "stable", "1", [{ files: { "hello.py": noise(50_000, 1) } }]);
  const [blob] = [...Deno.readDirSync(`${from}/blobs/sha256`)].filter(({ name }) =>
    Deno.statSync(`${from}/blobs/sha256/${name}`).size > 5000
  );
  const path = `${from}/blobs/sha256/${blob!.name}`;
  const bytes = Deno.readFileSync(path);
  bytes[100]! ^= 1;
  Deno.writeFileSync(path, bytes);
  await assertRefused(() => publishTo(to, request(from)), "DIGEST_MISMATCH", 65);
  assertEquals([...treeOf(to).keys()], []);
  Deno.truncateSync(path, 5000);
  await assertRefused(() => publishTo(to, request(from)), "SIZE_MISMATCH", 65);
  Deno.removeSync(path);
  await assertRefused(() => publishTo(to, request(from)), "BLOB_MISSING", 69);
});

test("needs no layer that the registry has", async ({ source, from, to }) => {
  source.publishHello();
  await publishTo(to, request(from));
  source.publish("hello", "stable", "2", [
    { files: { "hello.py": 'print("hello 1")\n', "pkg/__init__.py": "" } },
  ]);
  for (const { name } of Deno.readDirSync(`${from}/blobs/sha256`)) {
    Deno.removeSync(`${from}/blobs/sha256/${name}`);
  }
  assertEquals((await publishTo(to, request(from))).skipped.length, 1);
  assertSound(treeOf(to));
});

test("writes a layer again that was written by halves", async ({ source, from, to }) => {
  source.publishHello();
  await publishTo(to, request(from));
  const [key] = [...treeOf(to)].find(([key, bytes]) =>
    key.startsWith("blobs/") && bytes.length > 2000
  )!;
  Deno.truncateSync(`${to}/${key}`, 10);
  assertEquals((await publishTo(to, request(from))).sent.length, 1);
  assertSound(treeOf(to));
});

test("copies what lies elsewhere, and leaves it there with keepUrls", async (bench) => {
  const { source, from, to } = bench;
  await using other = source.serve();
  Deno.writeTextFileSync(`${from}/far.zip`, "far");
  Deno.mkdirSync(`${from}/apps/hello`, { recursive: true });
  Deno.writeTextFileSync(`${from}/apps/hello/near.zip`, "near");
  const layers = [
    { kind: "app", sha256: sha256("far"), size: 3, url: `${other.url}/far.zip` },
    { kind: "app", sha256: sha256("near"), size: 4, url: "near.zip" },
  ];
  source.putRelease(
    "hello",
    "stable",
    JSON.stringify({ schema: "edgeboot.release/v1", app: "hello", version: "1", layers }),
  );
  const { elsewhere, sent } = await publishTo(to, request(from, { keepUrls: true }));
  assertEquals([elsewhere.length, sent.length], [1, 1]);
  const kept = JSON.parse(text(`${to}/apps/hello/1.json`)).layers;
  assertEquals(kept, [layers[0], { kind: "app", sha256: sha256("near"), size: 4 }]);
  assertEquals((await publishTo(`${to}2`, request(from))).sent.length, 2);
  assertSound(treeOf(`${to}2`));
  assert(!text(`${to}2/apps/hello/1.json`).includes("url"));
});

test("brings the bill of materials that a release names", async ({ source, from, to }) => {
  const sbom = { sha256: source.putBlob("{}"), size: 2 };
  source.publish("hello", "stable", "1", [{ files: { "a.py": "" } }], { packed: { sbom } });
  assertEquals((await publishTo(to, request(from))).sent.length, 2);
  assert(treeOf(to).has(`blobs/sha256/${sbom.sha256}`));
  Deno.removeSync(`${from}/blobs/sha256/${sbom.sha256}`);
  await assertRefused(() => publishTo(`${to}2`, request(from)), "BLOB_MISSING", 69);
});

test("has to be told which release of several", async ({ source, from, to }) => {
  source.publishHello("1", "1");
  source.publishHello("2", "2");
  await assertRefused(() => publishTo(to, request(from)), "USAGE", 64);
  await publishTo(to, request(from, { wanted: "hello@1" }));
  assertEquals(assertSound(treeOf(to)).get("stable"), "1");
  source.publish("other", "stable", "1", [{ files: { "a.py": "" } }]);
  const error = await assertRefused(() => publishTo(to, request(from)), "USAGE", 64);
  assertStringIncludes(error.text.why, "hello, other");
});

test("says where there is nothing to publish", async ({ from, to }) => {
  await assertRefused(() => publishTo(to, request(from)), "APP_UNKNOWN", 78);
  await assertRefused(() => publishTo(to, request(`${from}/none`)), "APP_UNKNOWN", 78);
});

for (const version of ["index", "a b", "../x", ""]) {
  test(`refuses the version ${JSON.stringify(version)}, which is no name`, async (bench) => {
    bench.source.publish("hello", "stable", version, [{ files: { "a.py": "" } }]);
    const publishing = () => publishTo(bench.to, request(bench.from));
    await assertRefused(publishing, "RELEASE_INVALID", 65);
    assertEquals([...treeOf(bench.to).keys()], []);
  });
}

test("never lets a channel take the place of a version", async ({ source, from, to }) => {
  source.publishHello("1");
  await publishTo(to, request(from));
  source.publishHello("2");
  await assertRefused(() => publishTo(to, request(from, { channel: "1" })), "USAGE", 64);
  assertEquals(assertSound(treeOf(to)).get("1"), "1");
});

test("puts a channel document in place of a release that a person wrote", async (bench) => {
  const { source, from, to } = bench;
  new FakeRegistry(to).publishHello("0");
  source.publishHello("1");
  const { channel } = await publishTo(to, request(from));
  assertEquals([channel?.from, channel?.document.sequence], ["0", 1]);
  assertEquals(parseChannel(text(`${to}/apps/hello/stable.json`), "x")?.version, "1");
});

test("goes on counting where the document of a channel was removed", async (bench) => {
  const { source, from, to } = bench;
  for (const version of ["1", "2"]) {
    source.publishHello(version);
    await publishTo(to, request(from));
  }
  Deno.removeSync(`${to}/apps/hello/stable.json`);
  source.publishHello("3");
  assertEquals((await publishTo(to, request(from))).channel?.document.sequence, 3);
});

test("lets others read, whatever the umask", async ({ source, from, to }) => {
  source.publishHello();
  const umask = Deno.umask(0o077);
  try {
    const { denoHost } = await import("../../../src/host/deno_host.ts");
    const { publish } = await import("../../../src/app/publish/publish.ts");
    const { context } = await testContext({ registry: to, cache: "/nowhere" }, denoHost);
    await publish(request(from), context);
  } finally {
    Deno.umask(umask);
  }
  for (const line of listing(to)) {
    const [name, mode] = line.split(" ") as [string, string];
    assertEquals(mode, name.endsWith("/") ? "755" : "644", name);
  }
});

test("writes nothing where it only says what it would do", async ({ source, from, to }) => {
  source.publishHello();
  const { context } = await testContext({ registry: to, cache: "/nowhere" });
  const plan = await planPublish(request(from), context);
  assertEquals([plan.isNew, plan.sent.length, plan.channel?.moved], [true, 2, true]);
  assertEquals(listing(to), []);
  await publishTo(to, request(from));
  const before = listing(to);
  assertEquals((await planPublish(request(from), context)).skipped.length, 2);
  assertEquals(listing(to), before);
});

const SERVERS = [
  ["a directory", undefined],
  ["a server that takes PUT", { conditional: true }],
] as const;
for (const [name, server] of SERVERS) {
  test(`loses nothing where twenty publish to ${name} at once`, async ({ from, to }) => {
    await using served = server && new PutServer(server);
    const registry = served?.url ?? to;
    const versions = Array.from({ length: 20 }, (_, index) => `1.${index}`);
    const publishers = versions.map((version) => {
      const source = new FakeRegistry(`${from}/${version}`);
      source.publishHello(version);
      return publishTo(registry, request(source.root));
    });
    await Promise.all(publishers);
    const tree = served === undefined
      ? treeOf(to)
      : new Map([...served.files].map(([path, bytes]) => [path.slice(1), bytes]));
    assertSound(tree);
    const read = (key: string) => new TextDecoder().decode(tree.get(`apps/hello/${key}.json`));
    const index = parseIndex(read("index"), "index");
    assertEquals(index.versions.map(({ version }) => version).sort(), versions.sort());
    assertEquals(parseChannel(read("stable"), "stable")?.sequence, 20);
    assertEquals(index.channels[0]?.sequence, 20);
  });
}
