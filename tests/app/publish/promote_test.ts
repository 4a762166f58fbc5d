import { assertEquals, assertStringIncludes } from "@std/assert";
import { promote, type Promoted } from "../../../src/app/publish/promote.ts";
import { parseAppRef } from "../../../src/model/ref.ts";
import { testContext } from "../../support/context.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { PutServer } from "../../support/put_server.ts";
import { assertRefused } from "../../support/refusal.ts";
import { inTempDir } from "../../support/temp.ts";
import { assertSound, publishTo, request, treeOf } from "./support.ts";

async function promoteIn(
  registry: string,
  what: string,
  { channel = "stable", expect, dryRun = false }: {
    readonly channel?: string;
    readonly expect?: string;
    readonly dryRun?: boolean;
  } = {},
): Promise<Promoted> {
  const { context } = await testContext({ registry, cache: "/nowhere" });
  return await promote({ appRef: parseAppRef(what), channel, expect, dryRun }, context);
}

/** A registry with versions 1 and 2 of hello, of which `stable` is the second. */
function test(behaviour: string, act: (registry: string, dir: string) => Promise<void>): void {
  Deno.test(`promote ${behaviour}`, () =>
    inTempDir(async (dir) => {
      const source = new FakeRegistry(`${dir}/source`);
      for (const version of ["1", "2"]) {
        source.publishHello(version);
        await publishTo(`${dir}/registry`, request(source.root));
      }
      await act(`${dir}/registry`, dir);
    }));
}

test("moves a channel back and forth, and its sequence only forth", async (registry) => {
  for (const [version, sequence] of [["1", 3], ["2", 4], ["1", 5]] as const) {
    const { document, moved } = await promoteIn(registry, `hello@${version}`);
    assertEquals([document.version, document.sequence, moved], [version, sequence, true]);
    assertEquals(assertSound(treeOf(registry)).get("stable"), version);
  }
});

test("does nothing where the channel stands for the release already", async (registry) => {
  const before = treeOf(registry);
  const { moved, document } = await promoteIn(registry, "hello@2", { expect: "1" });
  assertEquals([moved, document.sequence], [false, 2]);
  assertEquals(treeOf(registry), before);
});

test("takes what another channel, or a digest, stands for", async (registry) => {
  await promoteIn(registry, "hello@1", { channel: "beta" });
  const { document } = await promoteIn(registry, "hello@beta");
  assertEquals(document.version, "1");
  const second = await promoteIn(registry, "hello@2", { channel: "next" });
  const digest = `sha256:${second.document.release}`;
  assertEquals((await promoteIn(registry, `hello@${digest}`)).document.version, "2");
  assertSound(treeOf(registry));
});

test("refuses where the channel is not what was expected", async (registry) => {
  const before = treeOf(registry);
  for (const expect of ["1", "3", `sha256:${"ab".repeat(32)}`]) {
    const moving = () => promoteIn(registry, "hello@1", { expect });
    const error = await assertRefused(moving, "CHANNEL_MOVED", 65);
    assertStringIncludes(error.text.why, "it stands for 2");
  }
  assertEquals(treeOf(registry), before);
  await promoteIn(registry, "hello@1", { expect: "2" });
  const fresh = () => promoteIn(registry, "hello@1", { channel: "beta", expect: "1" });
  assertStringIncludes((await assertRefused(fresh, "CHANNEL_MOVED", 65)).text.why, "nothing yet");
});

test("lets one of ten who expect the same have it", async (registry, dir) => {
  const source = new FakeRegistry(`${dir}/source`);
  const names = Array.from({ length: 10 }, (_, index) => `3.${index}`);
  for (const name of names) {
    source.publishHello(name);
    await publishTo(registry, request(source.root, { channel: "next" }));
  }
  const results = await Promise.allSettled(
    names.map((name) => promoteIn(registry, `hello@${name}`, { expect: "2" })),
  );
  assertEquals(results.filter(({ status }) => status === "fulfilled").length, 1);
  assertSound(treeOf(registry));
});

test("refuses what the registry does not have", async (registry) => {
  await assertRefused(() => promoteIn(registry, "hello@9"), "REF_UNKNOWN", 78);
  await assertRefused(() => promoteIn(registry, "other@1"), "APP_UNKNOWN", 78);
  const digest = `hello@sha256:${"ab".repeat(32)}`;
  await assertRefused(() => promoteIn(registry, digest), "REF_UNKNOWN", 78);
});

test("writes nothing where it only says what it would do", async (registry) => {
  const before = treeOf(registry);
  const { document, from } = await promoteIn(registry, "hello@1", { dryRun: true });
  assertEquals([document.version, document.sequence, from], ["1", 3, "2"]);
  assertEquals(treeOf(registry), before);
});

Deno.test("promote brings a registry that a person keeps to channel documents", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(dir);
    registry.publishHello("1");
    for (const { name } of Deno.readDirSync(`${dir}/blobs/sha256`)) {
      const path = `${dir}/blobs/sha256/${name}`;
      if (Deno.readTextFileSync(path).startsWith("{")) Deno.removeSync(path);
    }
    await promoteIn(dir, "hello", { channel: "beta" });
    assertEquals(assertSound(treeOf(dir)), new Map([["1", "1"], ["beta", "1"], ["stable", "1"]]));
  }));

Deno.test("promote works over HTTP, with credentials that are the registry's", () =>
  inTempDir(async (dir) => {
    const authorization = `Basic ${btoa("ci:CANARY")}`;
    await using server = new PutServer({ conditional: true, authorization });
    const url = server.url.replace("http://", "http://ci:CANARY@");
    const source = new FakeRegistry(dir);
    for (const version of ["1", "2"]) {
      source.publishHello(version);
      await publishTo(url, request(dir));
    }
    assertEquals((await promoteIn(url, "hello@1", { expect: "2" })).document.sequence, 3);
    const denied = await assertRefused(
      () => promoteIn(server.url, "hello@1"),
      "REGISTRY_DENIED",
      77,
    );
    assertStringIncludes(denied.text.why, "none were sent");
  }));
