import { assert, assertEquals, assertRejects } from "@std/assert";
import { supervised } from "../../../src/app/start/supervised.ts";
import type { Context } from "../../../src/app/context.ts";
import type { Reporter } from "../../../src/app/events.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import { parseLayerDigest } from "../../../src/model/digest.ts";
import { testContext, testHost } from "../../support/context.ts";

const DIGEST = parseLayerDigest("a".repeat(64));

interface Scene {
  readonly context: Context;
  /** As the manager got them, one string a message. */
  readonly messages: string[];
  readonly hangUps: string[];
  /** Lets time pass, and whoever slept go on. */
  pass(ms: number): Promise<void>;
}

async function scene(
  env: Record<string, string> = { NOTIFY_SOCKET: "/run/notify" },
): Promise<Scene> {
  const messages: string[] = [];
  const hangUps: string[] = [];
  let now = 0;
  let sleeper = { until: Infinity, wake: () => {} };
  const host = testHost(env).host;
  const { context } = await testContext({ cache: "/nowhere" }, {
    ...host,
    clock: {
      ...denoHost.clock,
      monotonic: () => now,
      sleep: (ms) => new Promise((wake) => sleeper = { until: now + ms, wake }),
    },
    process: {
      ...host.process,
      ignoreHangUps: () => {
        hangUps.push("ignored");
        return () => void hangUps.push("heeded");
      },
    },
    supervisor: {
      notify: (socket, lines) => {
        assertEquals(socket, "/run/notify");
        messages.push(lines);
        return Promise.resolve();
      },
    },
  });
  const turn = () => new Promise((done) => setTimeout(done, 0));
  const pass = async (ms: number) => {
    await turn();
    now += ms;
    if (sleeper.until <= now) sleeper.wake();
    await turn();
  };
  return { context, messages, hangUps, pass };
}

const GOING_ON = "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=edgeboot: fetching web";
const DONE = "EXTEND_TIMEOUT_USEC=90000000\nSTATUS=\n";

Deno.test("supervised tells nobody when no service manager listens", async () => {
  const { context, messages, hangUps } = await scene({});
  assertEquals(
    await supervised("fetching web", context, (inner) => {
      assert(inner === context.report);
      return Promise.resolve(7);
    }),
    7,
  );
  assertEquals([messages, hangUps], [[], []]);
});

Deno.test("supervised asks for time at once, every 10 s and for the app when the work takes long", async () => {
  const { context, messages, hangUps, pass } = await scene();
  const result = await supervised("fetching web", context, async () => {
    assertEquals([messages.length, hangUps], [1, ["ignored"]]);
    await pass(10_000);
    await pass(10_000);
    return "done";
  });
  assertEquals(result, "done");
  assertEquals(messages, [...Array(3).fill(`${GOING_ON}\n`), DONE]);
  assertEquals(hangUps, ["ignored", "heeded"]);
  await pass(10_000);
  assertEquals(messages.length, 4);
});

Deno.test("supervised shows another attempt at once, until bytes come again", async () => {
  const { context, messages, pass } = await scene();
  await supervised("fetching web", context, async (report) => {
    context.retryListeners.forEach((listen) =>
      listen({
        ...{ kind: "retry", url: "https://registry.example/x", why: "the connection broke" },
        ...{ attempt: 2, attempts: 4, waitMs: 300 },
      })
    );
    await pass(2_000);
    const what = { kind: "layer-progress", phase: "download", digest: DIGEST } as const;
    report.event({ ...what, bytes: 1_000_000, total: undefined });
    await pass(0);
  });
  const retried = `${GOING_ON}: attempt 2 of 4 in 0.3 s, as the connection broke\n`;
  assertEquals(messages.slice(1), [retried, `${GOING_ON}: 1 MB\n`, DONE]);
  assertEquals(context.retryListeners.size, 0);
});

Deno.test("supervised takes its status back when the work fails", async () => {
  const { context, messages, hangUps } = await scene();
  const work = () => Promise.reject(new Error("no"));
  await assertRejects(() => supervised("fetching web", context, work), Error, "no");
  assertEquals(messages.at(-1), DONE);
  assertEquals(hangUps, ["ignored", "heeded"]);
});

Deno.test("supervised shows progress at most once a second and passes every event on", async () => {
  const { context, messages, pass } = await scene();
  const told: string[] = [];
  const report: Reporter = { event: ({ kind }) => void told.push(kind) };
  await supervised("fetching web", { ...context, report }, async (report) => {
    const progress = (bytes: number) =>
      report.event({
        ...{ kind: "layer-progress", phase: "download", digest: DIGEST },
        ...{ bytes, total: undefined },
      });
    report.event({ kind: "fetch-begins", label: "web", layers: 1, bytes: 4_000_000 });
    progress(1_000_000);
    await pass(1_000);
    progress(2_000_000);
    progress(3_000_000);
    await pass(2_000);
    report.event({ kind: "waiting", digest: DIGEST, holder: "process 7\nREADY=1" });
  });
  assertEquals(told, [
    ...["fetch-begins", "layer-progress", "layer-progress", "layer-progress", "waiting"],
  ]);
  assert(messages.includes(`${GOING_ON}: 2 MB of 4 MB\n`), messages.join());
  assert(messages.includes(`${GOING_ON}: process 7 READY=1\n`), "one line, whatever a lock says");
  assert(!messages.some((message) => message.includes(": 3 MB of")), messages.join());
});
