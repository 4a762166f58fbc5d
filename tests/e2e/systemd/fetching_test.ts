import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { deadUrl } from "../support/server.ts";
import { type Machine, UNITS } from "./support/machine.ts";
import { bootForTests } from "./support/stage.ts";

const onMachine = await bootForTests();
const SLOW = { ballast: 1_200_000 };

/** The control: edgeboot does not know whom to tell. */
function untold(app: string): string {
  return `ExecStart=/usr/bin/env --unset=NOTIFY_SOCKET /usr/local/bin/edgeboot run ${app}\n`;
}

/** Of one unit, as `systemctl show` has them in µs. */
async function secondsToStart(unit: string, machine: Machine): Promise<number> {
  const shown = await machine.show(unit);
  const [from, to] = [shown.ExecMainStartTimestampMonotonic, shown.ActiveEnterTimestampMonotonic];
  return (Number(to) - Number(from)) / 1e6;
}

onMachine(
  "a download longer than TimeoutStartSec does not fail a start",
  async (stage, machine) => {
    for (const app of ["slow", "silent", "watchful", "starved"]) await stage.publish(app, SLOW);
    await stage.install("--type", "notify", "slow");
    await machine.dropIn("slow.service", "[Service]\nTimeoutStartSec=5\n");
    await stage.install("--type", "notify", "silent");
    await machine.dropIn(
      "silent.service",
      `[Service]\nTimeoutStartSec=5\nRestart=no\nExecStart=\n${untold("silent")}`,
    );
    // A watchdog that runs from the first moment, and an app that cannot feed it yet.
    await stage.install("watchful");
    await machine.dropIn("watchful.service", "[Service]\nWatchdogSec=3\n");
    await stage.install("starved");
    await machine.dropIn(
      "starved.service",
      `[Service]\nWatchdogSec=3\nRestart=no\nExecStart=\n${untold("starved")}`,
    );
    stage.slowDown();

    const starting = ["slow", "silent", "watchful", "starved"].map((app) =>
      machine.systemctl("start", `${app}.service`)
    );
    await machine.until("says what it does", async () => {
      const { StatusText, ActiveState } = await machine.show("slow.service");
      return ActiveState === "activating" &&
        /^edgeboot: fetching slow@stable: [\d.]+ [kM]B$/.test(StatusText!);
    });
    // The app is told to read its configuration anew before it has read it once.
    await machine.until("fetches", async () => {
      const { StatusText } = await machine.show("watchful.service");
      return StatusText!.startsWith("edgeboot: fetching");
    });
    await machine.output("systemctl", "reload", "watchful.service");
    const [slow, silent, watchful] = await Promise.all(starting);
    assertEquals([slow!.code, silent!.code, watchful!.code], [0, 1, 0]);

    const seconds = await secondsToStart("slow.service", machine);
    assert(seconds > 11, `it was no slow start: ${seconds} s`);
    assertEquals((await stage.said("slow.service")).version, "1");
    assertEquals((await machine.show("silent.service")).Result, "timeout");

    await machine.until("serves", async () => (await stage.said("watchful.service")).pid > 0);
    assertEquals((await machine.show("watchful.service")).NRestarts, "0");
    assertEquals((await machine.show("starved.service")).Result, "watchdog");
  },
);

onMachine("systemctl stop ends edgeboot at once while it fetches", async (stage, machine) => {
  await stage.publish("fetching", SLOW);
  await stage.install("--type", "notify", "fetching");
  stage.slowDown();
  await machine.output("systemctl", "start", "--no-block", "fetching.service");
  const text = async () => (await machine.show("fetching.service")).StatusText ?? "";
  await machine.until("fetches", async () => (await text()).startsWith("edgeboot: fetching"));
  const began = performance.now();
  await machine.output("systemctl", "stop", "fetching.service");
  const took = performance.now() - began;
  // Before the download could end, and by SIGTERM itself.
  assert(took < 10_000, `it took ${took} ms`);
  // SIGTERM is how a service is asked to end, so this is no failure (systemd.service(5), SuccessExitStatus=).
  // From the journal, as systemd forgets a unit that is at rest.
  const lines = (await machine.journal("fetching.service")).map(({ text }) => text).join("\n");
  assertStringIncludes(lines, "fetching.service: Deactivated successfully");
  assert(!lines.includes("ready in") && !lines.includes("SIGKILL"), lines);

  stage.server.answer(() => undefined);
  assertEquals((await stage.start("fetching.service")).version, "1");
});

onMachine("systemctl restart is an update when there is a new release", async (stage, machine) => {
  const first = await stage.up("updated", { version: "1" });
  await stage.publish("updated", { version: "2" });
  assertEquals((await stage.said("updated.service")).version, "1");
  await machine.output("systemctl", "restart", "updated.service");
  const second = await stage.said("updated.service");
  assertEquals([first.version, second.version], ["1", "2"]);
  assertEquals(second.env.EDGEBOOT_CURRENT_VERSION, "2");
});

onMachine(
  "the last good release starts, with a warning, when the registry is down",
  async (stage, machine) => {
    await stage.up("lasting");
    await machine.output("systemctl", "stop", "lasting.service");
    // The same registry, as nothing else has its address, that does not answer.
    stage.server.answer(() => new Response("later\n", { status: 503 }));
    assertEquals((await stage.start("lasting.service")).version, "1");
    const warnings = (await machine.journal("lasting.service")).filter(({ priority }) =>
      priority === 4
    );
    assertEquals(warnings.length, 1);
    assertMatch(warnings[0]!.text, /^edgeboot: warning: .*lasting@stable/);
  },
);

onMachine("the journal has edgeboot's lines with their priorities", async (stage, machine) => {
  await stage.up("journaled");
  const lines = (await machine.journal("journaled.service"))
    .filter(({ from }) => from === "edgeboot");
  assertMatch(lines[0]!.text, /^edgeboot: journaled@stable: fetching 1 layer$/);
  assertMatch(lines[1]!.text, /^edgeboot: journaled@stable: ready in /);
  // The app's own line comes through the same stream, with the priority that is everyone's.
  assertEquals(lines.map(({ priority }) => priority), [6, 6, 6]);
  assertEquals(lines[2]!.text, "serving 1");

  await stage.install("--type", "notify", "mistyped");
  await machine.systemctl("start", "mistyped.service");
  const errors = (await machine.journal("mistyped.service"))
    .filter(({ from }) => from === "edgeboot");
  assertEquals(errors.map(({ priority }) => priority), [3, 3, 3]);
  assertEquals(errors.map(({ text }) => text.slice(0, 16)), [
    "edgeboot: error:",
    ...errors.slice(1).map(({ text }) => text.slice(0, 16)),
  ]);
  assertMatch(errors[1]!.text, /^ {2}why: /);
  assertMatch(errors[2]!.text, /^ {2}next: /);
});

onMachine(
  "the journal has JSON that can be parsed when EDGEBOOT_LOG is json",
  async (stage, machine) => {
    await machine.write("/etc/edgeboot/structured.env", "EDGEBOOT_LOG=json\n");
    await stage.up("structured");
    await stage.install("--type", "notify", "missing");
    await machine.write("/etc/edgeboot/missing.env", "EDGEBOOT_LOG=json\n");
    await machine.systemctl("start", "missing.service");
    const records = async (unit: string) =>
      (await machine.journal(unit)).filter(({ text }) => text.startsWith("{"))
        .map(({ text, priority }) => ({ ...JSON.parse(text), priority }));
    const told = await records("structured.service");
    assertEquals(told.map(({ event }) => event), ["fetch-begins", "fetch-ends"]);
    assertEquals(told.map(({ priority }) => priority), [6, 6]);
    const [error] = await records("missing.service");
    assertEquals([error.event, error.exit, error.priority], ["error", 78, 3]);
  },
);

onMachine(
  "a timer's fetch is what a restart starts when nobody answers",
  async (stage, machine) => {
    await stage.publish("ahead");
    const names = await stage.install("--type", "notify", "--prefetch", "ahead");
    assertEquals(names, [
      "ahead.service",
      "ahead-fetch.service",
      "ahead-fetch.timer",
      "ahead.service.d/prefetched.conf",
    ]);
    await machine.output("systemctl", "start", "ahead-fetch.timer");
    const { NextElapseUSecRealtime } = await machine.show("ahead-fetch.timer");
    assert(NextElapseUSecRealtime !== "", "the timer has a next time");
    const first = await stage.start("ahead.service");
    stage.server.forget();
    await stage.publish("ahead", { version: "2" });
    await machine.output("systemctl", "restart", "ahead.service");
    assertEquals((await stage.said("ahead.service")).version, "1");
    assertEquals(stage.server.paths, [], "a start asks nobody");

    await machine.output("systemctl", "start", "ahead-fetch.service");
    assertEquals((await stage.said("ahead.service")).version, "1", "what runs is left alone");
    stage.server.answer(() => new Response("later\n", { status: 503 }));
    await machine.output("systemctl", "restart", "ahead.service");
    const second = await stage.said("ahead.service");
    assertEquals([first.version, second.version, second.uid], ["1", "2", first.uid]);
  },
);

onMachine("the collector leaves what runs and takes what nothing needs", async (stage, machine) => {
  const old = await stage.publish("collected", { version: "1" });
  await stage.install("--type", "notify", "--collect", "collected");
  await stage.start("collected.service");
  const current = await stage.publish("collected", { version: "2" });
  await machine.output("systemctl", "restart", "collected.service");
  await machine.dropIn(
    "edgeboot-collect.service",
    "[Service]\nExecStart=\n" +
      "ExecStart=/usr/local/bin/edgeboot cache gc --keep 0 --max-size 0\n",
  );
  const trees = `${machine.root}/var/cache/private/edgeboot/v1/trees/sha256`;
  assert(await isThere(`${trees}/${old}`));
  await machine.output("systemctl", "start", "edgeboot-collect.service");
  assertEquals([await isThere(`${trees}/${old}`), await isThere(`${trees}/${current}`)], [
    false,
    true,
  ]);
  assertEquals((await machine.show("collected.service")).ActiveState, "active");
  await Deno.remove(`${machine.root}${UNITS}/edgeboot-collect.service.d`, { recursive: true });
});

onMachine(
  "a service that cannot reach any registry says so and goes on trying",
  async (_, machine) => {
    await machine.install("--registry", deadUrl(), "--type", "notify", "lonely");
    const { stderr } = await machine.systemctl("start", "lonely.service");
    assertStringIncludes(stderr, "lonely.service");
    const { ExecMainStatus, SubState } = await machine.show("lonely.service");
    assertEquals([ExecMainStatus, SubState], ["69", "auto-restart"]);
    await machine.output("systemctl", "stop", "lonely.service");
  },
);

async function isThere(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
