import { assertEquals, assertMatch } from "@std/assert";
import { output } from "./support/command.ts";
import { diagnose, find, problems } from "./support/doctor.ts";
import { e2e, needsProgram } from "./support/e2e.ts";
import { Sandbox } from "./support/sandbox.ts";
import { deadUrl, rawServer, StaticServer } from "./support/server.ts";

const HELLO = { "hello.py": "print('hello')\n" };
const START = { entrypoint: { module: "hello" } };

Deno.test("edgeboot doctor measures a registry that answers", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  const diagnosis = await diagnose(sandbox, [], { registry: server.url });
  assertEquals(diagnosis.exit, 0);
  assertEquals(find(diagnosis, "registry", "answer")[0]!.facts!.status, 404);
  assertEquals(find(diagnosis, "registry", "access")[0]!.text, "no credentials are needed");
  const [clock] = find(diagnosis, "machine", "clock");
  // A Date header has whole seconds, and a busy machine takes some to read it.
  assertEquals(Math.abs(clock!.facts!.skew_seconds as number) < 60, true, clock!.text);
});

Deno.test("edgeboot doctor ends with 69 when nothing listens, or the name is unknown", async () => {
  await using sandbox = await Sandbox.create();
  const down = await diagnose(sandbox, [], { registry: deadUrl() });
  assertEquals([down.exit, problems(down)], [69, ["registry connect REGISTRY_UNREACHABLE"]]);
  const unknown = await diagnose(sandbox, [], { registry: "https://registry.invalid/x" });
  assertEquals([unknown.exit, problems(unknown)], [69, ["registry address REGISTRY_UNREACHABLE"]]);
});

Deno.test("edgeboot doctor ends with 77 when credentials are missing or wrong", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  server.answer((request) =>
    request.headers.get("authorization") === "Bearer right"
      ? undefined
      : new Response("who are you?", { status: 401 })
  );
  const asked = async (env: Record<string, string>) => {
    const diagnosis = await diagnose(sandbox, [], { registry: server.url, env });
    return [diagnosis.exit, find(diagnosis, "registry", "access")[0]!.text] as const;
  };
  assertEquals(await asked({}), [77, "401: it wants credentials"]);
  assertEquals(await asked({ EDGEBOOT_TOKEN: "wrong" }), [77, "401: the token is not accepted"]);
  assertEquals(await asked({ EDGEBOOT_TOKEN: "right" }), [0, "the token is accepted"]);
});

Deno.test("edgeboot doctor does not take an object store's 403 for wrong credentials", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  server.answer(() => new Response("AccessDenied", { status: 403 }));
  const diagnosis = await diagnose(sandbox, [], { registry: server.url });
  assertEquals([diagnosis.exit, find(diagnosis, "registry", "access")[0]!.status], [0, "warning"]);
});

Deno.test("edgeboot doctor warns when the registry answers slowly", async () => {
  await using sandbox = await Sandbox.create();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Promise((done) => setTimeout(() => done(new Response("", { status: 404 })), 1300)),
  );
  const registry = `http://127.0.0.1:${server.addr.port}`;
  const diagnosis = await diagnose(sandbox, [], { registry });
  assertEquals([diagnosis.exit, find(diagnosis, "registry", "answer")[0]!.status], [0, "warning"]);
});

/** A server whose clock shows `date`. */
const dated = (date: Date) =>
  rawServer(
    new TextEncoder().encode(
      `HTTP/1.1 404 X\r\ndate: ${date.toUTCString()}\r\ncontent-length: 0\r\n` +
        "connection: close\r\n\r\n",
    ),
  );

Deno.test("edgeboot doctor warns when the clock is not the registry's", async () => {
  await using sandbox = await Sandbox.create();
  for (const [minutes, status] of [[-20, "warning"], [20, "warning"], [-2, "ok"]] as const) {
    await using server = dated(new Date(Date.now() + minutes * 60_000));
    const diagnosis = await diagnose(sandbox, [], { registry: server.url });
    const [clock] = find(diagnosis, "machine", "clock");
    assertEquals([diagnosis.exit, clock!.status], [0, status], clock!.text);
    if (status === "warning") {
      assertMatch(clock!.text, minutes < 0 ? /20 minutes ahead of/ : /20 minutes behind/);
    }
  }
});

e2e(
  "edgeboot doctor ends with 78 when the clock is before the build",
  await needsProgram("faketime", "-f", "+0", "true"),
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("hello", HELLO, START);
    const preload = (await output("faketime", ["-f", "+0", "printenv", "LD_PRELOAD"])).trim();
    const env = { LD_PRELOAD: preload, FAKETIME: "@2020-01-01 00:00:00" };
    const diagnosis = await diagnose(sandbox, [], { env });
    assertEquals([diagnosis.exit, problems(diagnosis)], [78, ["machine clock CONFIG_INVALID"]]);
  },
);

e2e(
  "edgeboot doctor ends with 69 and names the certificate when nobody trusts it",
  await needsProgram("openssl", "version"),
  async () => {
    await using sandbox = await Sandbox.create();
    const [key, cert] = [sandbox.path("files/key.pem"), sandbox.path("files/cert.pem")];
    await output("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost"],
      ...[
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
      ],
    ]);
    const pem = { key: await Deno.readTextFile(key), cert: await Deno.readTextFile(cert) };
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {}, onError: () => new Response(), ...pem },
      () => new Response("", { status: 404 }),
    );
    const registry = `https://127.0.0.1:${server.addr.port}`;
    const refused = await diagnose(sandbox, [], { registry });
    assertEquals(problems(refused), ["registry certificate REGISTRY_UNREACHABLE"]);
    const [certificate] = find(refused, "registry", "certificate");
    assertMatch(`${certificate!.text} ${certificate!.next}`, /UnknownIssuer.*SSL_CERT_FILE/);
    const trusted = await diagnose(sandbox, [], { registry, env: { SSL_CERT_FILE: cert } });
    assertEquals([trusted.exit, problems(trusted)], [0, []]);
    assertMatch(find(trusted, "registry", "connect")[0]!.text, /certificate trusted/);
  },
);

Deno.test("edgeboot doctor asks the proxy where there is one", async () => {
  await using sandbox = await Sandbox.create();
  await using proxy = new StaticServer(sandbox.registry);
  const env = { HTTP_PROXY: proxy.url };
  const options = { registry: "http://registry.invalid/r", env };
  const through = await diagnose(sandbox, [], options);
  assertEquals(through.exit, 0);
  assertMatch(find(through, "registry", "address")[0]!.text, /^proxy http:\/\/127\.0\.0\.1:/);
  const around = await diagnose(sandbox, [], { ...options, env: { ...env, NO_PROXY: "invalid" } });
  assertEquals([around.exit, problems(around).length], [69, 1]);
});

Deno.test("edgeboot doctor shows that the last good release starts when the registry is down", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, START);
  const registry = await (async () => {
    await using server = new StaticServer(sandbox.registry);
    const ended = await sandbox.edgeboot(["run", "hello"], { registry: server.url });
    assertEquals(ended.stdout, "hello\n", ended.stderr);
    return server.url;
  })();
  const diagnosis = await diagnose(sandbox, ["hello"], { registry });
  assertEquals(diagnosis.exit, 69);
  const [release] = find(diagnosis, "app", "release");
  assertEquals([release!.status, release!.facts!.stale], ["warning", true]);
  assertEquals(find(diagnosis, "app", "entry")[0]!.status, "ok");
});

Deno.test("edgeboot run and doctor suggest a near name when app or ref is mistyped", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("billing-api", HELLO, START);
  const next = async (args: string[], registry?: string) => {
    const options = registry === undefined ? {} : { registry };
    const { code, stderr } = await sandbox.edgeboot(args, options);
    assertEquals(code, 78, stderr);
    return /next: did you mean (\S+)\? Else /.exec(stderr)?.[1] ?? "";
  };
  assertEquals(await next(["run", "biling-api"]), "billing-api");
  assertEquals(await next(["run", "billing-api@stabel"]), "billing-api@stable");
  assertEquals(await next(["run", "something-else"]), "");
  // A server cannot be listed: what started here before is remembered, for that registry.
  await using server = new StaticServer(sandbox.registry);
  assertEquals(await next(["run", "biling-api"], server.url), "");
  assertEquals((await sandbox.edgeboot(["run", "billing-api"], { registry: server.url })).code, 0);
  assertEquals(await next(["run", "biling-api"], server.url), "billing-api");
  const [release] = find(await diagnose(sandbox, ["biling-api"]), "app", "release");
  assertMatch(release!.next!, /did you mean billing-api\?/);
});
