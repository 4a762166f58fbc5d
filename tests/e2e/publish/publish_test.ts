import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertSound, treeOf } from "../../support/published.ts";
import { PutServer } from "../../support/put_server.ts";
import { Nginx, NO_NGINX } from "../../support/nginx.ts";
import { e2e } from "../support/e2e.ts";
import type { Ended } from "../support/command.ts";
import { Sandbox } from "../support/sandbox.ts";
import { StaticServer } from "../support/server.ts";

/** A release in the sandbox's own registry, from which it is published. */
async function prepare(sandbox: Sandbox, version: string): Promise<void> {
  const files = { "hello.py": `print("hello ${version}")\n` };
  await sandbox.publish("hello", files, { version, entrypoint: { module: "hello" } });
}

async function publish(
  sandbox: Sandbox,
  to: string,
  more: readonly string[] = ["--channel", "stable"],
  env: Record<string, string> = {},
): Promise<Ended> {
  return await sandbox.edgeboot(["publish", sandbox.registry, "--to", to, ...more], { env });
}

function assertDone({ code, stdout, stderr }: Ended): string {
  assertEquals(code, 0, stderr);
  return stdout;
}

async function runs(sandbox: Sandbox, registry: string): Promise<string> {
  return assertDone(await sandbox.edgeboot(["run", "hello"], { registry }));
}

Deno.test("what was published runs from its directory and from a server, and goes back by promote", async () => {
  await using sandbox = await Sandbox.create();
  const to = sandbox.path("to");
  const output = sandbox.path("output");
  await prepare(sandbox, "1");
  const first = await publish(sandbox, to, ["--channel", "stable"], { GITHUB_OUTPUT: output });
  assertMatch(assertDone(first), /^hello@sha256:[0-9a-f]{64}\n$/);
  assertMatch(first.stderr, /hello@stable: 1 \([0-9a-f]{12}\), sequence 1\n/);
  await prepare(sandbox, "2");
  const second = await publish(sandbox, to, ["--channel", "beta"], { GITHUB_OUTPUT: output });
  const digests = [first, second].map(({ stdout }) => stdout.trim());
  assertEquals(
    (await Deno.readTextFile(output)).split("\n"),
    digests.flatMap((name, index) => [
      ...[`release=${name}`, `digest=${name.slice("hello@".length)}`, `version=${index + 1}`],
    ]).concat(""),
  );

  await using server = new StaticServer(to);
  for (const registry of [to, `file://${to}`, server.url]) {
    assertEquals(await runs(sandbox, registry), "hello 1\n");
  }
  server.forget();
  await runs(sandbox, server.url);
  // A warm start asks for the small document alone.
  assertEquals(server.requests.map(({ path, status }) => [path, status]), [
    ["/apps/hello/stable.json", 304],
  ]);
  const byDigest = await sandbox.edgeboot(["run", digests[1]!], { registry: server.url });
  assertEquals(assertDone(byDigest), "hello 2\n");

  const promote = (what: string, ...more: string[]) =>
    sandbox.edgeboot(["promote", what, "--channel", "stable", "--to", to, ...more]);
  assertEquals(assertDone(await promote("hello@beta", "--expect", "1")), `${digests[1]}\n`);
  assertEquals(await runs(sandbox, server.url), "hello 2\n");
  assertEquals((await promote("hello@1", "--expect", "1")).code, 65);
  assertDone(await promote("hello@1", "--expect", "2"));
  for (const registry of [to, server.url]) assertEquals(await runs(sandbox, registry), "hello 1\n");
  assertSound(treeOf(to));

  const listed = assertDone(
    await sandbox.edgeboot(["releases", "hello"], { registry: server.url }),
  );
  const [newest, oldest] = listed.split("\n");
  assertMatch(newest!, /^\d{4}-\d\d-\d\d \d\d:\d\d {2}2 .* {2}sha256:[0-9a-f]{64} {2}beta$/);
  assertStringIncludes(oldest!, `${digests[0]!.slice("hello@".length)}  stable`);
});

Deno.test("a version is never published with other content", async () => {
  await using sandbox = await Sandbox.create();
  const to = sandbox.path("to");
  await prepare(sandbox, "1");
  assertDone(await publish(sandbox, to));
  const before = treeOf(to);
  await sandbox.publish("hello", { "hello.py": "another" }, { version: "1" });
  const { code, stdout, stderr } = await publish(sandbox, to);
  assertEquals([code, stdout], [65, ""]);
  assertMatch(stderr, /hello 1 is published already, with other content/);
  assertMatch(stderr, /layers\[0\]\.sha256/);
  assertEquals(treeOf(to), before);
});

Deno.test("a dry run says what would be done, and does nothing", async () => {
  await using sandbox = await Sandbox.create();
  const to = sandbox.path("to");
  await prepare(sandbox, "1");
  const plan = assertDone(await publish(sandbox, to, ["--channel", "stable", "--dry-run"]));
  assertMatch(plan, /^would publish hello 1 \(\w{12}\) to .*\n {2}layers {4}1 to send/);
  assertMatch(plan, /channel {3}stable: nothing → 1, sequence 1/);
  assertEquals([...treeOf(to).keys()], []);
});

for (const via of ["URL", "token"] as const) {
  Deno.test(`credentials in the ${via} go to the server and are never shown`, async () => {
    await using sandbox = await Sandbox.create();
    const authorization = via === "URL" ? `Basic ${btoa("ci:CANARY")}` : "Bearer CANARY";
    await using server = new PutServer({ conditional: true, authorization });
    const to = via === "URL" ? server.url.replace("//", "//ci:CANARY@") : server.url;
    const env: Record<string, string> = via === "URL" ? {} : { EDGEBOOT_TOKEN: "CANARY" };
    await prepare(sandbox, "1");
    const calls = [
      ["publish", sandbox.registry, "--to", to, "--channel", "stable", "-vv"],
      ["publish", sandbox.registry, "--to", to, "--channel", "stable", "--json"],
      ["promote", "hello@1", "--to", to, "--channel", "beta", "-vv"],
      ["promote", "hello@9", "--to", to, "--channel", "beta", "--json"],
      ["registry", "gc", "--keep", "1", "--to", to],
    ];
    for (const call of calls) {
      const { stdout, stderr } = await sandbox.edgeboot(call, { env });
      assert(!`${stdout}${stderr}`.includes("CANARY"), `${call.join(" ")}: ${stdout}${stderr}`);
    }
    assertEquals(server.requests.filter((line) => line.endsWith("401")), []);
    const { code, stderr } = await publish(sandbox, server.url, []);
    assertEquals(code, 77, stderr);
    assertSound(new Map([...server.files].map(([path, bytes]) => [path.slice(1), bytes])));
    const ran = await sandbox.edgeboot(["run", "hello@beta"], { registry: to, env });
    assertEquals(assertDone(ran), "hello 1\n");
  });
}

Deno.test("registry gc removes what nobody needs, and what is left runs", async () => {
  await using sandbox = await Sandbox.create();
  const to = sandbox.path("to");
  for (const version of ["1", "2", "3"]) {
    await prepare(sandbox, version);
    assertDone(await publish(sandbox, to, version === "3" ? [] : ["--channel", "stable"]));
  }
  const gc = (...more: string[]) =>
    sandbox.edgeboot(["registry", "gc", "--keep", "1", "--to", to, ...more]);
  assertMatch(assertDone(await gc()), /^removed 0 versions, 0 blobs: 0 B; kept 3 versions/);
  const before = treeOf(to);
  const would = assertDone(await gc("--min-age", "0s", "--dry-run"));
  assertMatch(would, /^would remove hello@1\nwould remove 1 versions, 2 blobs: \d+ B; kept 2/);
  assertEquals(treeOf(to), before);
  assertEquals(
    assertDone(await gc("--min-age", "0s")).replaceAll("removed", "would remove"),
    would,
  );
  assertSound(treeOf(to));
  assertEquals(await runs(sandbox, to), "hello 2\n");
  assertEquals((await sandbox.edgeboot(["run", "hello@1"], { registry: to })).code, 78);
});

e2e("a plain nginx takes releases and serves them", NO_NGINX, async () => {
  await using sandbox = await Sandbox.create();
  const served = sandbox.path("served");
  await Deno.mkdir(served);
  await using nginx = await Nginx.start(sandbox.path("tmp"), served);
  for (const version of ["1", "2"]) {
    await prepare(sandbox, version);
    assertDone(await publish(sandbox, `${nginx.url}/registry`));
    assertEquals(await runs(sandbox, `${nginx.url}/registry`), `hello ${version}\n`);
  }
  assertSound(treeOf(`${served}/registry`));
});
