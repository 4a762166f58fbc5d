import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { bootForTests, nativeModule } from "./support/stage.ts";

const onMachine = await bootForTests();

onMachine(
  "a unit of init systemd starts a notify app when nothing is cached",
  async (stage, machine) => {
    const native = await nativeModule(machine);
    const said = await stage.up("plain", { native });
    const shown = await machine.show("plain.service");
    assertEquals([shown.ActiveState, shown.SubState, shown.Result], [
      "active",
      "running",
      "success",
    ]);
    assertEquals([shown.Type, shown.NotifyAccess], ["notify", "main"]);
    assertEquals(Number(shown.MainPID), said.pid);
    const executable = await machine.output("readlink", `/proc/${said.pid}/exe`);
    assertMatch(executable, /\/python3\.\d+$/m);
    assert(said.uid >= 61184 && said.uid <= 65519, `${said.uid} is no dynamic user`);
    assertMatch(said.native, /^\/var\/cache\/edgeboot\/v1\/trees\/sha256\//);
    assert(said.env.NOTIFY_SOCKET !== undefined);
    const control = Object.keys(said.env).filter((name) =>
      name.startsWith("EDGEBOOT_") && !name.startsWith("EDGEBOOT_CURRENT_")
    );
    assertEquals(control, []);
  },
);

onMachine(
  "an app that hangs is ended by the watchdog and started again",
  async (stage, machine) => {
    await stage.publish("watched");
    await stage.install("--type", "notify", "watched");
    await machine.dropIn("watched.service", "[Service]\nWatchdogSec=2\n");
    const before = await stage.start("watched.service");
    assertEquals(before.env.WATCHDOG_PID, String(before.pid));
    // Longer than it may be silent: it does feed the watchdog.
    await new Promise((done) => setTimeout(done, 3000));
    assertEquals((await machine.show("watched.service")).NRestarts, "0");
    await machine.systemctl("kill", "--kill-whom=main", "--signal=SIGUSR1", "watched.service");
    await machine.until(
      "is back",
      async () => (await machine.show("watched.service")).NRestarts === "1",
    );
    await machine.until(
      "serves",
      async () => (await stage.said("watched.service")).pid > before.pid,
    );
    const lines = (await machine.journal("watched.service")).map(({ text }) => text).join("\n");
    assertStringIncludes(lines, "Watchdog timeout");
  },
);

onMachine("systemctl reload reaches the app as SIGHUP when it runs", async (stage, machine) => {
  const before = await stage.up("reloaded");
  await machine.output("systemctl", "reload", "reloaded.service");
  await machine.until("reloaded", async () => (await stage.said("reloaded.service")).reloads === 1);
  assertEquals((await stage.said("reloaded.service")).pid, before.pid);
});

onMachine(
  "an app gets its socket when the first connection starts and fetches it",
  async (stage, machine) => {
    const path = "/run/listening.sock";
    await stage.publish("listening");
    await stage.install("--type", "notify", "--socket", path, "listening");
    await machine.output("systemctl", "start", "listening.socket");
    assertEquals((await machine.show("listening.service")).ActiveState, "inactive");
    const ask = "import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(20); " +
      `s.connect(${JSON.stringify(path)}); s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n"); ` +
      'print(s.makefile("rb").read().split(b"\\r\\n\\r\\n")[1].decode())';
    const answered = (await machine.output("python3", "-c", ask)).trim();
    const shown = await machine.show("listening.service");
    assertEquals(answered, shown.MainPID);
    const { env } = await stage.said("listening.service");
    assertEquals([env.LISTEN_FDS, env.LISTEN_PID], ["1", answered]);
    // The socket outlives the service, so a restart loses no connection.
    await machine.output("systemctl", "restart", "listening.service");
    assertEquals(
      (await machine.output("python3", "-c", ask)).trim(),
      (await machine.show("listening.service")).MainPID,
    );
  },
);

onMachine(
  "a token of LoadCredential opens the registry and stays out of the app's environment",
  async (stage, machine) => {
    stage.server.answer((request) =>
      request.headers.get("authorization") === "Bearer s3cret"
        ? undefined
        : new Response("who are you?\n", { status: 401 })
    );
    await machine.write("/etc/edgeboot/token", "s3cret\n");
    await Deno.chmod(`${machine.root}/etc/edgeboot/token`, 0o600);
    const { env } = await stage.up("secret", {}, "--token-file", "/etc/edgeboot/token");
    assertMatch(env.CREDENTIALS_DIRECTORY!, /^\/run\/credentials\//);
    assertEquals([env.EDGEBOOT_TOKEN, env.EDGEBOOT_TOKEN_FILE], [undefined, undefined]);
    assert(!JSON.stringify(env).includes("s3cret"));

    await machine.write("/etc/edgeboot/token", "wr0ng\n");
    await stage.publish("denied");
    await stage.install("--type", "notify", "--token-file", "/etc/edgeboot/token", "denied");
    assertEquals((await machine.systemctl("start", "denied.service")).code, 1);
    const shown = await machine.show("denied.service");
    assertEquals([shown.ExecMainStatus, shown.NRestarts], ["77", "0"]);
  },
);

onMachine(
  "systemctl stop ends an app in good order when it takes SIGTERM",
  async (stage, machine) => {
    await stage.up("stopped");
    const began = performance.now();
    await machine.output("systemctl", "stop", "stopped.service");
    const took = performance.now() - began;
    // Long before SIGKILL at TimeoutStopSec=, 30 s.
    assert(took < 10_000, `it took ${took} ms`);
    const shown = await machine.show("stopped.service");
    assertEquals([shown.ActiveState, shown.Result, shown.ExecMainStatus], [
      "inactive",
      "success",
      "0",
    ]);
    const lines = await machine.journal("stopped.service");
    assert(lines.some(({ text }) => text === "drained"));
  },
);

onMachine("an app that crashes is started again from the cache", async (stage, machine) => {
  const before = await stage.up("crashing");
  stage.server.forget();
  await machine.systemctl("kill", "--kill-whom=main", "--signal=SIGUSR2", "crashing.service");
  await machine.until("is back", async () => {
    const { pid } = await stage.said("crashing.service");
    return pid !== undefined && pid !== before.pid;
  });
  assertEquals((await machine.show("crashing.service")).NRestarts, "1");
  assert(!stage.server.paths.some((path) => path.includes("/blobs/")), "nothing is fetched again");
});

onMachine(
  "a service is not started again when its configuration is wrong",
  async (stage, machine) => {
    await stage.install("--type", "notify", "unpublished");
    assertEquals((await machine.systemctl("start", "unpublished.service")).code, 1);
    // Two waits of RestartSec=.
    await new Promise((done) => setTimeout(done, 4500));
    const shown = await machine.show("unpublished.service");
    assertEquals(
      [shown.ActiveState, shown.Result, shown.ExecMainStatus, shown.NRestarts],
      ["failed", "exit-code", "78", "0"],
    );
  },
);

onMachine("a service starts by itself when the registry comes back", async (stage, machine) => {
  await stage.publish("patient");
  stage.server.answer(() => new Response("later\n", { status: 503 }));
  await stage.install("--type", "notify", "patient");
  assertEquals((await machine.systemctl("start", "patient.service")).code, 1);
  const shown = await machine.show("patient.service");
  assertEquals([shown.ExecMainStatus, shown.SubState], ["69", "auto-restart"]);
  stage.server.answer(() => undefined);
  await machine.until("serves", async () => (await stage.said("patient.service")).pid > 0);
});
