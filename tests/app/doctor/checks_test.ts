import { assertEquals, assertMatch } from "@std/assert";
import { diagnose, ok, problem, warning } from "../../../src/app/doctor/check.ts";
import { checkClock } from "../../../src/app/doctor/clock.ts";
import { mountOf, parseMounts } from "../../../src/app/doctor/mounts.ts";
import { checkDirectory } from "../../../src/app/doctor/registry_directory.ts";
import { checkEdgeboot } from "../../../src/app/doctor/machine.ts";
import type { Surroundings } from "../../../src/app/doctor/surroundings.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Machine } from "../../../src/host/ports.ts";
import { FakeFs } from "../../support/fake_fs.ts";

Deno.test("diagnose takes the exit code of the first problem", () => {
  const fine = ok("a", "x");
  const odd = warning("b", "x", "y");
  const bad = problem("c", "DISK_FULL", "x", "y");
  const worse = problem("d", "CONFIG_INVALID", "x", "y");
  const of = (...checks: typeof fine[]) => {
    const { status, exit } = diagnose([{ section: "s", checks: [fine] }, { section: "t", checks }]);
    return [status, exit];
  };
  assertEquals(of(), ["ok", 0]);
  assertEquals(of(odd), ["warning", 0]);
  assertEquals(of(odd, bad, worse), ["problem", 74]);
  assertEquals(of(worse, bad), ["problem", 78]);
});

const NOW = Date.parse("2026-11-20T12:00:00Z");
const at = (skewMinutes: number) => ({ theirs: NOW - skewMinutes * 60_000, ours: NOW });

const CLOCKS: readonly [
  string,
  number,
  string,
  ReturnType<typeof at> | undefined,
  string,
  RegExp,
][] = [
  ["no server is asked", NOW, "2026-11-19", undefined, "ok", /compared with no server/],
  ["the registry agrees", NOW, "2026-11-19", at(4), "ok", /as the registry's/],
  ["it is ahead", NOW, "2026-11-19", at(6), "warning", /6 minutes ahead of/],
  ["it is behind", NOW, "unknown", at(-90), "warning", /90 minutes behind/],
  ["the build is younger", NOW, "2026-11-22", at(0), "problem", /before this edgeboot was made/],
  ["the build is of today, elsewhere", NOW, "2026-11-21", at(0), "ok", /as the registry's/],
];

for (const [name, now, built, registry, status, says] of CLOCKS) {
  Deno.test(`checkClock says ${status} when ${name}`, () => {
    const check = checkClock(now, built, registry);
    assertEquals(check.status, status);
    assertMatch(check.text, says);
  });
}

const MOUNTINFO = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/a - b
30 27 0:30 / /var/cache ro,noexec - ext4 /dev/vdb rw,errors=continue
31 27 0:31 / /var/cache rw,noexec - tmpfs none rw,size=64k
32 27 0:32 / /mnt/with\\040space rw master:2 - nfs4 host:/x rw,vers=4.2
broken line
`;

Deno.test("parseMounts reads points, types and options of both sides", () => {
  const mounts = parseMounts(MOUNTINFO);
  assertEquals(mounts.map(({ point }) => point), [
    ...["/proc", "/", "/var/cache", "/var/cache", "/mnt/with space"],
  ]);
  assertEquals(mounts[4]!.options, ["rw", "rw", "vers=4.2"]);
});

for (
  const [path, type] of [
    ["/var/cache/edgeboot", "tmpfs"],
    ["/var/cache", "tmpfs"],
    ["/var/cached", "overlay"],
    ["/mnt/with space/x", "nfs4"],
    ["/", "overlay"],
  ] as const
) {
  Deno.test(`mountOf gives the ${type} when the path is ${path}`, () => {
    assertEquals(mountOf(path, parseMounts(MOUNTINFO))?.type, type);
  });
}

const APPS = { "/r/apps/a/stable.json": "{}", "/r/apps/b/stable.json": "{}" };
const DIRECTORIES: readonly [string, FakeFs, (string | undefined)[]][] = [
  ["is sound", new FakeFs(APPS), [undefined]],
  ["is not there", new FakeFs({}), ["REGISTRY_UNREACHABLE"]],
  ["is a file", new FakeFs({ "/r/apps": "x" }), ["REGISTRY_UNREACHABLE"]],
  ["is closed", new FakeFs(APPS, {}, ["/r/apps"]), ["PERMISSION_DENIED"]],
  ["has a closed app", new FakeFs(APPS, {}, ["/r/apps/b"]), [undefined, "PERMISSION_DENIED"]],
];

for (const [name, fs, codes] of DIRECTORIES) {
  Deno.test(`checkDirectory gives ${codes} when the registry ${name}`, () => {
    assertEquals(checkDirectory("/r", fs).map(({ code }) => code), codes);
  });
}

for (
  const [refusal, spawn, status] of [
    [undefined, false, "ok"],
    [undefined, true, "ok"],
    ["operation not permitted (errno 1)", false, "problem"],
    ["operation not permitted (errno 1)", true, "problem"],
  ] as const
) {
  Deno.test(`checkEdgeboot says ${status} when exec says ${refusal} and spawn is ${spawn}`, () => {
    const machine = { execRefusal: () => refusal } as unknown as Machine;
    const surroundings = { host: denoHost, machine, config: { spawn } } as unknown as Surroundings;
    const build = { version: "1", commit: "c", date: "2026-01-01" };
    const [, exec] = checkEdgeboot(surroundings, build);
    assertEquals([exec!.name, exec!.status], ["exec", status]);
  });
}
