import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import type { Account } from "../../../src/cli/watch/account.ts";
import { Samples } from "../../../src/cli/watch/exposition.ts";
import { count, countStart } from "../../../src/cli/watch/metrics.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Host } from "../../../src/host/ports.ts";
import { RecordingClock } from "../../support/manual_time.ts";
import { inTempDir } from "../../support/temp.ts";

const WARM: Account = {
  command: "run",
  app: "shop",
  ref: "stable",
  version: "1",
  digest: `sha256:${"ab".repeat(32)}`,
  start: "warm",
  fallback: undefined,
  checked: true,
  outcome: { result: "exec" },
  seconds: 0.02,
  phases: { settings: 0.005, release: 0.015 },
  layers: undefined,
  downloadedBytes: 0,
  unpackedBytes: 0,
};
const FAILED: Account = {
  ...WARM,
  start: "unknown",
  digest: undefined,
  outcome: { result: "failed", exit: 69, code: "REGISTRY_UNREACHABLE" },
};

Deno.test("count keeps one release a channel, and no times of what failed", () => {
  const samples = new Samples();
  count(samples, WARM, 1000);
  count(samples, { ...WARM, version: "2", digest: `sha256:${"cd".repeat(32)}` }, 2000);
  count(samples, { ...WARM, ref: "canary" }, 3000);
  count(samples, FAILED, 4000);
  const info = samples.of("edgeboot_release_info");
  assertEquals(info.map(({ labels }) => [labels.ref, labels.version]), [
    ["stable", "2"],
    ["canary", "1"],
  ]);
  const labels = { app: "shop", start: "warm" };
  assertEquals(samples.get("edgeboot_start_seconds_count", labels), 3);
  assertEquals(samples.get("edgeboot_phase_seconds_sum", { ...labels, phase: "release" }), 0.045);
  assertEquals(samples.get("edgeboot_last_start_timestamp_seconds", { app: "shop" }), 3000);
  const [failure] = samples.of("edgeboot_failures_total");
  assertEquals(failure?.labels, {
    ...{ app: "shop", command: "run", exit_code: "69", code: "REGISTRY_UNREACHABLE" },
  });
  const failed = { app: "shop", command: "run", start: "unknown", result: "failed" };
  assertEquals(samples.get("edgeboot_starts_total", failed), 1);
});

Deno.test("count keeps the time of the last answer through fallbacks, which it counts by reason", () => {
  const samples = new Samples();
  count(samples, WARM, 1000);
  const stale: Account = { ...WARM, checked: false, fallback: { code: "REGISTRY_DENIED" } };
  count(samples, stale, 2000);
  count(samples, stale, 3000);
  const ref = { app: "shop", ref: "stable" };
  assertEquals(samples.get("edgeboot_last_check_timestamp_seconds", ref), 1000);
  const reason = { app: "shop", reason: "REGISTRY_DENIED" };
  assertEquals(samples.get("edgeboot_fallback_total", reason), 2);
});

function starts(text: string): number {
  return Number(/^edgeboot_starts_total\{.*\} (\d+)$/m.exec(text)?.[1]);
}

Deno.test("countStart goes on where the file has got to, and leaves nothing else behind", () =>
  inTempDir(async (dir) => {
    const path = `${dir}/edgeboot.prom`;
    for (let i = 0; i < 3; i++) await countStart(path, WARM, denoHost, undefined);
    const text = Deno.readTextFileSync(path);
    assertEquals(starts(text), 3);
    assertMatch(text, /edgeboot_starts_total\{file="edgeboot",app="shop"/);
    const names = [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
    assertEquals(names, ["edgeboot.prom", "edgeboot.prom.lock"]);
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o644);
  }));

Deno.test("countStart takes the place of what a kill has left, and starts anew after a power cut", () =>
  inTempDir(async (dir) => {
    const path = `${dir}/edgeboot.prom`;
    Deno.writeTextFileSync(path, "");
    Deno.writeTextFileSync(`${path}.tmp`, "half a li");
    await countStart(path, WARM, denoHost, undefined);
    assertEquals(starts(Deno.readTextFileSync(path)), 1);
  }));

Deno.test("countStart leaves a file alone that somebody else has written", () =>
  inTempDir(async (dir) => {
    const path = `${dir}/node.prom`;
    Deno.writeTextFileSync(path, "# HELP node_x x\nnode_x 1\n");
    await assertRejects(() => countStart(path, WARM, denoHost, undefined), Error, "something else");
    assertStringIncludes(Deno.readTextFileSync(path), "node_x 1");
  }));

Deno.test("countStart refuses what is no regular file without opening it", () =>
  inTempDir(async (dir) => {
    await new Deno.Command("mkfifo", { args: [`${dir}/pipe`] }).output();
    const act = () => countStart(`${dir}/pipe`, WARM, denoHost, undefined);
    await assertRejects(act, Error, "not a regular file");
  }));

Deno.test("countStart gives up when others hold the lock for five seconds", () =>
  inTempDir(async (dir) => {
    const locks = { ...denoHost.locks, tryLock: () => "busy" as const };
    const host: Host = { ...denoHost, locks, clock: new RecordingClock() };
    await assertRejects(() => countStart(`${dir}/m.prom`, WARM, host, undefined), Error, "locked");
    assertEquals([...Deno.readDirSync(dir)], []);
  }));
