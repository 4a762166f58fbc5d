import { assertEquals } from "@std/assert";
import { assertRefused } from "./support/refusal.ts";
import { Sandbox, sha256 } from "./support/sandbox.ts";
import { deadUrl, rawServer, StaticServer } from "./support/server.ts";

const HEX = "ab".repeat(32);
const PAGE = "<!doctype html>\n<title>Sign in</title>\n";

/** What the server sends for the layer, whose true digest is of `true`, and the answer. */
const BODIES: readonly (readonly [string, string | undefined, string, number, string, RegExp])[] = [
  ["an HTML page", PAGE, "zip", 65, "DIGEST_MISMATCH", /\(an HTML page\)/],
  ["an empty file", "", "zip", 65, "DIGEST_MISMATCH", /in 0 bytes of /],
  ["other bytes", "PK\x03\x04 other", "zip", 65, "DIGEST_MISMATCH", /expected sha256 .+, found /],
  ["an HTML page whose digest is right", PAGE, PAGE, 65, "ARCHIVE_UNKNOWN", /HTML/],
  ["an empty file whose digest is right", "", "", 65, "ARCHIVE_UNKNOWN", /empty/],
  ["nothing (404)", undefined, "zip", 69, "BLOB_MISSING", /there is no http.+blobs\/sha256/],
];

for (const [what, body, truth, exit, code, says] of BODIES) {
  Deno.test(`edgeboot run refuses with ${exit} when the server sends ${what} for a layer`, async () => {
    await using sandbox = await Sandbox.create();
    await using server = new StaticServer(sandbox.registry);
    const digest = await sha256(truth);
    if (body !== undefined) await sandbox.write("registry/blobs/sha256", { [digest]: body });
    await sandbox.release("web", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "web", version: "1" },
      ...{ layers: [{ sha256: digest }], entrypoint: { module: "web" } },
    });
    const registry = server.url;
    await assertRefused(sandbox, ["run", "web"], { exit, code, says }, { registry });
    const url = `${registry}/blobs/sha256/${digest}`;
    const direct = ["run", "--bundle", url, "--sha256", digest];
    await assertRefused(sandbox, direct, { exit, code, says: /./ });
  });
}

Deno.test("edgeboot run refuses with 65 when an archive was cut before its digest was taken", async () => {
  for (const format of ["zip", "tar.gz", "tar.zst", "tar"] as const) {
    await using sandbox = await Sandbox.create();
    const text = Array.from({ length: 3000 }, (_, line) => `x${line} = ${Math.random()}`).join(
      "\n",
    );
    const whole = await Deno.readFile(await sandbox.archive({ "web.py": text }, format));
    const cut = whole.slice(0, Math.floor(whole.length / 2));
    await Deno.writeFile(sandbox.path("cut"), cut);
    const args = ["run", "--bundle", sandbox.path("cut"), "--sha256", await sha256(cut)];
    await assertRefused(sandbox, args, { exit: 65, code: "ARCHIVE_BROKEN", says: /./ });
  }
});

Deno.test("edgeboot run refuses with 65 when a layer has another size than stated", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256, size } = await sandbox.blob(await sandbox.archive({ "web.py": "" }));
  for (const wrong of [size - 1, size + 1]) {
    await sandbox.release("web", "stable", {
      ...{ schema: "edgeboot.release/v1", app: "web", version: "1" },
      ...{ layers: [{ sha256, size: wrong }], entrypoint: { module: "web" } },
    });
    const says = new RegExp(`the release says ${wrong} bytes, .+ has \\d+`);
    await assertRefused(sandbox, ["run", "web"], { exit: 65, code: "SIZE_MISMATCH", says });
  }
});

const STATUSES: readonly (readonly [number, number, string, RegExp])[] = [
  [401, 77, "REGISTRY_DENIED", /answered 401.+\n.+EDGEBOOT_TOKEN/],
  [403, 77, "REGISTRY_DENIED", /answered 403/],
  [500, 69, "REGISTRY_UNREACHABLE", /answered 500/],
  [503, 69, "REGISTRY_UNREACHABLE", /answered 503/],
  [418, 69, "REGISTRY_UNREACHABLE", /answered 418/],
];

for (const [status, exit, code, says] of STATUSES) {
  Deno.test(`edgeboot run refuses with ${exit} when the registry answers ${status}`, async () => {
    await using sandbox = await Sandbox.create();
    await using server = new StaticServer(sandbox.registry);
    server.answer(() => new Response("no\n", { status }));
    const registry = server.url.replace("//", "//joe:hunter2@");
    const env = { EDGEBOOT_TOKEN: "t0ken" };
    const options = { registry, env };
    const [plain, verbose] = await Promise.all([
      assertRefused(sandbox, ["run", "web"], { exit, code, says }, options),
      sandbox.edgeboot(["run", "-vv", "web"], options),
    ]);
    assertEquals(verbose.code, exit);
    assertEquals(/hunter2|t0ken|joe/.exec(plain + verbose.stderr), null, "credentials are shown");
  });
}

Deno.test("edgeboot run refuses with 69 when the registry redirects for ever or off the web", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  const refusal = (says: RegExp) => ({ exit: 69, code: "REGISTRY_UNREACHABLE", says });
  const targets: [string, RegExp][] = [
    ["/again", /redirects more than 5 times/],
    ["file:///etc/passwd", /redirects to the scheme file:/],
    ["http://[bad", /not a URL/],
  ];
  for (const [location, says] of targets) {
    server.answer(() => new Response(null, { status: 302, headers: { location } }));
    await assertRefused(sandbox, ["run", "web"], refusal(says), { registry: server.url });
  }
});

Deno.test("edgeboot run refuses with 69 when nothing listens at the registry or a layer breaks off", async () => {
  await using sandbox = await Sandbox.create();
  const refusal = (says: RegExp) => ({ exit: 69, code: "REGISTRY_UNREACHABLE", says });
  const down = deadUrl();
  const head = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nPK\x03\x04";
  await using broken = rawServer(new TextEncoder().encode(head));
  const bundle = ["run", "--bundle", `${broken.url}/a.zip`, "--sha256", HEX];
  const refused = refusal(/cannot fetch http:\/\/127.+\n.+refused/);
  await assertRefused(sandbox, ["run", "web"], refused, { registry: down });
  await assertRefused(sandbox, bundle, refusal(/connection broke after \d+ bytes/));
});
