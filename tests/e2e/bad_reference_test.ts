import { assertEquals } from "@std/assert";
import { Sandbox } from "./support/sandbox.ts";
import { assertRefused, type Refusal } from "./support/refusal.ts";
import { StaticServer } from "./support/server.ts";

const HEX = "ab".repeat(32);
const bad = (exit: number, code: string, says: RegExp): Refusal => ({ exit, code, says });
const USAGE = (says: RegExp) => bad(64, "USAGE", says);
const APP_ID = (says: RegExp) => bad(64, "APP_ID_INVALID", says);
const REF = (says: RegExp) => bad(64, "REF_INVALID", says);
const DIGEST = (says: RegExp) => bad(64, "DIGEST_INVALID", says);

/** What is wrong, the arguments, and the answer; all of it before anything is contacted. */
const TABLE: readonly (readonly [string, readonly string[], Refusal])[] = [
  ["an app ID leaves the registry", ["run", "../x"], APP_ID(/"\.\.\/x"/)],
  ["an app ID has two dots", ["run", "a..b"], APP_ID(/"a\.\.b"/)],
  ["an app ID has a capital", ["run", "A"], APP_ID(/"A"/)],
  ["an app ID is empty", ["run", ""], APP_ID(/it is empty/)],
  ["an app ID is empty before a ref", ["run", "@stable"], APP_ID(/it is empty/)],
  ["an app ID ends with a dash", ["run", "web-"], APP_ID(/"web-"/)],
  ["an app ID has 65 characters", ["run", "a".repeat(65)], APP_ID(/1 to 64/)],
  ["an app ID has a line break", ["run", "web\nx"], APP_ID(/"web\\nx"/)],
  ["a ref is empty", ["run", "web@"], REF(/""/)],
  ["a ref leaves the app", ["run", "web@../other"], REF(/\.\.\/other/)],
  ["a ref has a slash", ["run", "web@a/b"], REF(/"a\/b"/)],
  ["a release digest is short", ["run", "web@sha256:abc"], REF(/64 hexadecimal/)],
  ["an app is missing", ["run"], USAGE(/APP\[@REF\] is missing/)],
  ["a digest is missing", ["run", "--bundle", "/a.zip"], USAGE(/--sha256/)],
  ["a bundle is missing", ["run", "--sha256", HEX], USAGE(/--bundle/)],
  ["a digest is no digest", ["run", "--bundle", "/a", "--sha256", "abc"], DIGEST(/found 3 char/)],
  ["a digest is empty", ["run", "--bundle", "/a", "--sha256", ""], USAGE(/needs a value/)],
  ["an option is mistyped", ["run", "--offlin", "web"], USAGE(/did you mean --offline\?/)],
  ["an option is unknown", ["run", "--frobnicate", "web"], USAGE(/there are --bundle, /)],
  ["a switch has a value", ["run", "--offline=no", "web"], USAGE(/takes no value/)],
  ["an option lacks its value", ["run", "--cache"], USAGE(/--cache needs a value/)],
  ["an option has a bad value", ["run", "--refresh", "often", "web"], USAGE(/30s, 10m/)],
  ["an entry point is no entry point", ["run", "--entry", "a b", "web"], USAGE(/"a b"/)],
  ["a command is mistyped", ["rum", "web"], USAGE(/did you mean run\?/)],
  ["a command is unknown", ["frobnicate"], USAGE(/there are run, exec, fetch/)],
  ["a help topic is unknown", ["help", "regsitry"], USAGE(/did you mean registry\?/)],
  ["exec has no command", ["exec", "web"], USAGE(/COMMAND is missing/)],
  ["fetch has no app", ["fetch"], USAGE(/APP\[@REF\] is missing/)],
  ["inspect has nothing to look at", ["inspect"], USAGE(/APP\[@REF\] \| FILE is missing/)],
  ["cache has no verb", ["cache"], USAGE(/a verb is missing: there are list, gc, path/)],
  ["cache path is given no digest", ["cache", "path", "xyz"], DIGEST(/"xyz"/)],
];

for (const [wrong, args, refusal] of TABLE) {
  Deno.test(`edgeboot ${args[0]} refuses with ${refusal.exit} when ${wrong}`, async () => {
    await using sandbox = await Sandbox.create();
    await using server = new StaticServer(sandbox.registry);
    // The entry point of a release is only looked at once there is a release.
    await sandbox.publish("web", { "web.py": "" }, { entrypoint: { module: "web" } });
    await assertRefused(sandbox, args, refusal, { registry: server.url });
    assertEquals(server.paths.filter((path) => path.includes("blobs")), []);
  });
}

Deno.test("edgeboot run refuses with 78 when the registry has no such app or ref", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  await sandbox.publish("web", { "web.py": "" });
  await sandbox.publish("worker", { "worker.py": "" });
  const app = bad(78, "APP_UNKNOWN", /no app wbe in .+\n.+; its apps are web, worker/);
  const ref = bad(78, "REF_UNKNOWN", /no release web@1\.0 in .+\n.+; its refs are stable/);
  const remote = bad(78, "REF_UNKNOWN", /there is no http:\/\/.+\/apps\/wbe\/stable\.json/);
  const digest = bad(78, "REF_UNKNOWN", /blobs\/sha256\/abab/);
  await assertRefused(sandbox, ["run", "wbe"], app);
  await assertRefused(sandbox, ["run", "web@1.0"], ref);
  await assertRefused(sandbox, ["run", "wbe"], remote, { registry: server.url });
  await assertRefused(sandbox, ["run", `web@sha256:${HEX}`], digest, { registry: server.url });
});

Deno.test("edgeboot run refuses when the registry is not usable", async () => {
  await using sandbox = await Sandbox.create();
  const unset = bad(78, "REGISTRY_UNSET", /no registry is configured/);
  await assertRefused(sandbox, ["run", "web"], unset, { env: { EDGEBOOT_REGISTRY: "" } });
  const later = bad(78, "REGISTRY_UNSUPPORTED", /oci:/);
  await assertRefused(sandbox, ["run", "web"], later, { registry: "oci://ghcr.io/x" });
  const scheme = bad(78, "CONFIG_INVALID", /its scheme is not one of https, http, s3, file/);
  await assertRefused(sandbox, ["run", "web"], scheme, { registry: "ftp://example.com" });
  const relative = bad(78, "CONFIG_INVALID", /neither a URL nor a path/);
  await assertRefused(sandbox, ["run", "web"], relative, { registry: "registry" });
  const gone = bad(69, "REGISTRY_UNREACHABLE", /nowhere/);
  await assertRefused(sandbox, ["run", "web"], gone, { registry: sandbox.path("nowhere") });
});
