import { assertEquals, assertMatch } from "@std/assert";
import { assertText } from "./support/refusal.ts";
import { Sandbox, sha256 } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

const WEB = { "web.py": "print('one')\n" };
const START = { entrypoint: { module: "web" } };
const UP = { code: 0, stdout: "one\n", stderr: "" };

async function served() {
  const sandbox = await Sandbox.create();
  const { text, sha256: layer } = await sandbox.publish("web", WEB, START);
  const server = new StaticServer(sandbox.registry);
  const start = async (...args: string[]) => {
    server.forget();
    const ended = await sandbox.edgeboot(["run", ...args], { registry: server.url });
    const { code, stdout, stderr } = ended;
    return { code, stdout, stderr };
  };
  return { sandbox, server, start, digest: await sha256(text), text, layer };
}

/** The text of a release of other contents, in place of the one before. */
async function publishNext(sandbox: Sandbox, extra: object = START): Promise<void> {
  await sandbox.publish("web", { "web.py": "print('two')\n" }, extra);
}

Deno.test("edgeboot run asks with the ETag and reads nothing when a channel has not changed", async () => {
  const { sandbox, server, start } = await served();
  await using _sandbox = sandbox;
  await using _server = server;
  assertEquals((await start("web")).stdout, "one\n");
  assertEquals(await start("web"), UP);
  assertEquals(server.requests.map(({ path, status }) => [path, status]), [
    ["/apps/web/stable.json", 304],
  ]);
  assertMatch(server.requests[0]!.headers.get("if-none-match") ?? "", /^".+"$/);
  assertEquals(server.requests[0]!.headers.get("accept-encoding"), "identity");
});

Deno.test("edgeboot run starts the new release when a channel has moved", async () => {
  const { sandbox, server, start } = await served();
  await using _sandbox = sandbox;
  await using _server = server;
  await start("web");
  await publishNext(sandbox);
  assertEquals((await start("web")).stdout, "two\n");
  // The second start asks whether it is unchanged, and then for what it is.
  assertEquals(server.requests.map(({ status }) => status), [200, 200, 200]);
});

Deno.test("edgeboot run contacts nothing when the ref is a digest and the cache is warm", async () => {
  const { sandbox, server, start, digest, text } = await served();
  await using _sandbox = sandbox;
  await using _server = server;
  await sandbox.write("registry/blobs/sha256", { [digest]: text });
  const cold = await start(`web@sha256:${digest}`);
  assertEquals([cold.code, cold.stdout], [0, "one\n"]);
  assertEquals(server.requests.length, 2);
  assertEquals(await start(`web@sha256:${digest}`), UP);
  assertEquals(server.requests, []);
});

Deno.test("edgeboot run contacts nothing when it is offline, never refreshes or did so lately", async () => {
  const { sandbox, server, start } = await served();
  await using _sandbox = sandbox;
  await using _server = server;
  await start("--refresh", "1h", "web");
  for (const args of [["--offline"], ["--refresh", "never"], ["--refresh", "1h"]]) {
    assertEquals(await start(...args, "web"), UP);
    assertEquals(server.requests, [], args.join(" "));
  }
  await new Promise((done) => setTimeout(done, 20));
  assertEquals(await start("--refresh", "10ms", "web"), UP);
  assertEquals(server.requests.length, 1);
});

Deno.test("edgeboot run starts the last good release with one warning when the registry is down", async () => {
  const { sandbox, server, start, digest } = await served();
  await using _sandbox = sandbox;
  await start("web");
  await server[Symbol.asyncDispose]();
  const begun = performance.now();
  const { code, stdout, stderr } = await start("web");
  assertEquals([code, stdout], [0, "one\n"]);
  assertMatch(
    stderr,
    /^edgeboot: warning: web@stable: staying with 1 \(.+\), the last release.+\n$/,
  );
  assertEquals(stderr.includes(digest.slice(0, 12)), true);
  assertEquals(performance.now() - begun < 3000, true, "one attempt is enough with a way out");
  const options = { registry: server.url, env: { EDGEBOOT_LOG: "json" } };
  const logged = await sandbox.edgeboot(["run", "web"], options);
  assertEquals(JSON.parse(logged.stderr).level, "warn");
  assertEquals(await start("--offline", "web"), UP);
});

Deno.test("edgeboot run starts the last good release when the server fails or the new one is bad", async () => {
  const { sandbox, server, start } = await served();
  await using _sandbox = sandbox;
  await using _server = server;
  await start("web");
  const warned = async () => {
    const { code, stdout, stderr } = await start("web");
    assertEquals([code, stdout], [0, "one\n"], stderr);
    assertMatch(stderr, /edgeboot: warning: web@stable: staying with 1 /);
    assertEquals(stderr.match(/warning:/g)?.length, 1);
  };
  server.answer(() => new Response("down", { status: 503 }));
  await warned();
  server.answer(() => undefined);
  await publishNext(sandbox, { ...START, layers: [{ sha256: "ab".repeat(32) }] });
  await warned();
  await publishNext(sandbox, { ...START, python: "<3" });
  await warned();
  await publishNext(sandbox);
  assertEquals((await start("web")).stdout, "two\n");
});

Deno.test("edgeboot run refuses with 69 when it is offline and the cache is cold", async () => {
  const { sandbox, server } = await served();
  await using _sandbox = sandbox;
  await using _server = server;
  const says =
    /cannot start web@.+ offline\n.+does not hold all of it, or not under this name\n.+edgeboot fetch/;
  for (const app of ["web", `web@sha256:${"ab".repeat(32)}`]) {
    const ended = await sandbox.edgeboot(["run", "--offline", app], { registry: server.url });
    assertText(ended, { exit: 69, code: "OFFLINE", says });
  }
  const direct = ["--bundle", `${server.url}/x`, "--sha256", "ab".repeat(32)];
  const ended = await sandbox.edgeboot(["run", "--offline", ...direct]);
  assertText(ended, { exit: 69, code: "OFFLINE", says: /cannot fetch the bundle http.+ offline/ });
  assertEquals(server.requests, []);
});

Deno.test("edgeboot run resumes with Range when a download breaks in the middle", async () => {
  await using sandbox = await Sandbox.create();
  const noise = Array.from({ length: 40_000 }, () => Math.random()).join("\n");
  const { sha256: layer } = await sandbox.publish("web", { ...WEB, "noise.txt": noise }, START);
  await using server = new StaticServer(sandbox.registry);
  const blob = await Deno.readFile(`${sandbox.registry}/blobs/sha256/${layer}`);
  let breaks = 0;
  server.answer((request, path) => {
    if (!path.includes("/blobs/")) return undefined;
    const from = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1];
    const start = Number(from ?? 0);
    const end = breaks++ < 2 ? start + Math.floor((blob.length - start) / 2) : blob.length;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(blob.subarray(start, end));
        // Where that is less than the promised length, the server hangs up.
        controller.close();
      },
    });
    const headers = new Headers({ etag: '"x"', "content-length": String(blob.length - start) });
    if (from === undefined) return new Response(body, { headers });
    headers.set("content-range", `bytes ${start}-${blob.length - 1}/${blob.length}`);
    return new Response(body, { status: 206, headers });
  });
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"], { registry: server.url });
  assertEquals([code, stdout], [0, "one\n"], stderr);
  const asked = server.requests.slice(1).map((
    { status, headers },
  ) => [status, headers.get("if-range")]);
  assertEquals(asked, [[200, null], [206, '"x"'], [206, '"x"']]);
});
