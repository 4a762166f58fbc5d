import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { InitRequest } from "../../../src/app/init/request.ts";
import { units } from "../../../src/app/init/systemd.ts";
import { quoted } from "../../../src/app/init/systemd_units.ts";
import { parseAppRef } from "../../../src/model/ref.ts";
import { assertRefused } from "../../support/refusal.ts";

function printed(options: Record<string, string | true> = {}, app?: string, registry?: string) {
  const request: InitRequest = {
    kind: "systemd",
    appRef: app === undefined ? undefined : parseAppRef(app),
    options: new Map(Object.entries(options)),
    registry,
  };
  return units(request);
}

/** Values of the assignments that count, in order. */
function values(text: string, key: string): string[] {
  return text.split("\n").filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));
}

Deno.test("units is one service that can be redirected into its file when no more is asked for", () => {
  const text = printed({}, "billing-api");
  assert(text.startsWith("[Unit]\n"), text);
  assertEquals(values(text, "ExecStart"), ["/usr/local/bin/edgeboot run billing-api"]);
  assertEquals(values(text, "Type"), ["exec"]);
  assertEquals(values(text, "Environment"), []);
  assertEquals(values(text, "RestartPreventExitStatus"), ["64 65 77 78 126 127"]);
});

Deno.test("units names the ref where it is not the one that everybody means", () => {
  const run = (app: string) => values(printed({}, app), "ExecStart")[0]!.split(" ").at(-1);
  assertEquals(run("web@stable"), "web");
  assertEquals(run("web@canary"), "web@canary");
  const digest = `web@sha256:${"a".repeat(64)}`;
  assertEquals(run(digest), digest);
});

Deno.test("units gives each unit its path when there are several", () => {
  const text = printed({ prefetch: true, collect: true, socket: "8000" }, "web");
  assertEquals(text.split("\n").filter((line) => line.startsWith("# /")), [
    "# /etc/systemd/system/web.service",
    "# /etc/systemd/system/web.socket",
    "# /etc/systemd/system/web-fetch.service",
    "# /etc/systemd/system/web-fetch.timer",
    "# /etc/systemd/system/web.service.d/prefetched.conf",
    "# /etc/systemd/system/edgeboot-collect.service",
    "# /etc/systemd/system/edgeboot-collect.timer",
  ]);
  assertEquals(values(text, "User"), Array(3).fill("edgeboot"));
  assertEquals(values(text, "CacheDirectory"), Array(3).fill("edgeboot"));
});

Deno.test("units of the template are about the instance", () => {
  const text = printed({ template: true, prefetch: true, socket: "/run/edgeboot/%i.sock" });
  assertEquals(values(text, "ExecStart"), [
    "/usr/local/bin/edgeboot run %i",
    "/usr/local/bin/edgeboot fetch %i",
  ]);
  assertEquals(values(text, "Requires"), ["edgeboot@%i.socket"]);
  assertEquals(values(text, "EnvironmentFile"), Array(2).fill("-/etc/edgeboot/%i.env"));
  assertStringIncludes(text, "# /etc/systemd/system/edgeboot-fetch@.timer\n");
});

Deno.test("units hands the token over as a credential and never as a variable", () => {
  const text = printed(
    { "token-file": "/etc/edgeboot/token" },
    "web",
    "https://r.example.com/a%20b",
  );
  assertEquals(values(text, "LoadCredential"), ["token:/etc/edgeboot/token"]);
  assertEquals(values(text, "Environment"), [
    "EDGEBOOT_REGISTRY=https://r.example.com/a%%20b",
    "EDGEBOOT_TOKEN_FILE=%d/token",
  ]);
});

const REFUSED: readonly [string, Record<string, string | true>, string | undefined][] = [
  ["an app is missing", {}, undefined],
  ["the template is given an app", { template: true }, "web"],
  ["the type is unknown", { type: "simple" }, "web"],
  ["the socket is a second line", { socket: "8000\nExecStartPre=/bin/false" }, "web"],
  ["the socket is a word", { socket: "http" }, "web"],
  ["the token's file is relative", { "token-file": "token" }, "web"],
  ["the token's file has a specifier", { "token-file": "/etc/%i" }, "web"],
];
for (const [name, options, app] of REFUSED) {
  Deno.test(`units is a usage error when ${name}`, async () => {
    await assertRefused(() => printed(options, app), "USAGE", 64);
  });
}

for (
  const [text, expected] of [
    ["KEY=plain/value:1", "KEY=plain/value:1"],
    ["KEY=a%20b", "KEY=a%%20b"],
    ["KEY=two words", '"KEY=two words"'],
    ['KEY=say "\\"', '"KEY=say \\"\\\\\\""'],
    ["KEY=a\nb", '"KEY=a\\u000ab"'],
    ["KEY=$HOME;#", '"KEY=$HOME;#"'],
  ] as const
) {
  Deno.test(`quoted writes ${JSON.stringify(text)} as systemd reads it`, () => {
    assertEquals(quoted(text), expected);
  });
}
