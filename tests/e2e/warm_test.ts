import { assert, assertEquals } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command } from "./support/command.ts";
import { e2e, firstOf, needsProgram, needsRoot } from "./support/e2e.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox, sha256 } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

const FILES = { "web.py": "print('up')\n" };
const START = { entrypoint: { module: "web" } };

/** The system calls of one warm start, up to the exec of Python. */
async function traced(sandbox: Sandbox, args: readonly string[]): Promise<string[]> {
  const log = sandbox.path("files/trace");
  const calls =
    "trace=%file,%network,flock,fcntl,write,pwrite64,ftruncate,fsync,execve,memfd_create";
  const strace = ["-f", "-qq", "-s", "200", "-e", calls, "-o", log, BINARY, ...args];
  const { code, stderr } = await command("strace", strace, {
    ...{ env: sandbox.environment(), clearEnv: true, cwd: sandbox.root },
  });
  assertEquals([code, stderr], [0, ""]);
  const lines = (await Deno.readTextFile(log)).split("\n");
  const exec = lines.findIndex((line) =>
    /execve\("[^"]*\/v1\/environments\/\w+\/bin\/python"/.test(line)
  );
  assert(exec > 0, "the interpreter was not executed");
  return lines.slice(0, exec);
}

const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ["opens nothing for writing", /open(at)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC)/],
  ["creates, renames and removes nothing", /\b(mkdir|rename|unlink|symlink|link|rmdir|mknod)\w*\(/],
  ["changes nothing", /\b(f?chmod|f?chown|utime|ftruncate|fsync)\w*\(/],
  // Shared ones keep the collector away from what runs; nothing is made or changed for them.
  ["takes no lock that writes", /\bLOCK_EX\b|F_(OFD_)?SETLKW?\b/],
  ["looks for no module", /node_modules|package\.json|deno\.json/],
  ["contacts nothing", /\b(connect|sendto|bind)\(/],
];

e2e(
  "edgeboot run writes, locks and contacts nothing when the cache is warm",
  await needsProgram("strace", "-qq", "true"),
  async () => {
    await using sandbox = await Sandbox.create();
    const { text } = await sandbox.publish("web", FILES, START);
    const digest = await sha256(text);
    await sandbox.write("registry/blobs/sha256", { [digest]: text });
    for (const app of ["web", `web@sha256:${digest}`]) {
      const args = ["run", app];
      await sandbox.edgeboot(args);
      const calls = await traced(sandbox, args);
      // Neither the sandbox itself nor the way to the executable counts, wherever they lie.
      const temporary = calls.filter((call) =>
        call.includes(`"${sandbox.path("tmp")}`) ||
        /"\/(var\/)?tmp/.test(call) && !/\breadlink\w*\(/.test(call) &&
          ![sandbox.root, BINARY].some((own) => call.includes(`"${own}`)) &&
          // Every directory on the way to the cache is looked at, to see whose it is.
          !/\bstatx\(AT_FDCWD, "\/(var\/)?tmp"/.test(call)
      );
      assertEquals(temporary, [], "nothing temporary is touched");
      for (const [promise, pattern] of FORBIDDEN) {
        // The terminal or pipe of the caller, and the runtime's own pipes, are no files.
        const found = calls.filter((call) =>
          pattern.test(call) && !/"\/dev\/(null|tty)"/.test(call)
        );
        assertEquals(found, [], `${app}: ${promise}`);
      }
      const writes = calls.filter((call) => /\bp?write(64)?\([012],/.test(call));
      assertEquals(writes, [], "nothing is said");
      const blobs = calls.filter((call) =>
        /open(at)?\(.*\/(blobs|v1\/(work|partials))\//.test(call)
      );
      assertEquals(blobs, [], "no layer is read");
    }
  },
);

Deno.test("edgeboot run asks a server one thing when nothing has changed there", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  await sandbox.publish("web", FILES, START);
  const options = { registry: server.url };
  await sandbox.edgeboot(["run", "web"], options);
  const before = times(sandbox.cache);
  server.forget();
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"], options);
  assertEquals([code, stdout, stderr], [0, "up\n", ""]);
  assertEquals(server.requests.map(({ path, status }) => [path, status]), [
    ["/apps/web/stable.json", 304],
  ]);
  assertEquals(times(sandbox.cache), before);
});

/** Everything below the cache, with its times. */
function times(root: string): string[] {
  return [...Deno.readDirSync(root)].flatMap(({ name, isDirectory }) => {
    const path = `${root}/${name}`;
    const { mtime, ino, mode } = Deno.lstatSync(path);
    const line = `${path} ${ino} ${mode} ${mtime?.getTime()}`;
    return isDirectory ? [line, ...times(path)] : [line];
  }).sort();
}

Deno.test("edgeboot run leaves the cache as it is when it starts warm twenty times", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, START);
  await sandbox.edgeboot(["run", "web"]);
  const before = times(sandbox.cache);
  const starts = await Promise.all(
    Array.from({ length: 20 }, () => sandbox.edgeboot(["run", "web"])),
  );
  for (const { code, stdout, stderr } of starts) {
    assertEquals([code, stdout, stderr], [0, "up\n", ""]);
  }
  assertEquals(times(sandbox.cache), before);
});

e2e(
  "edgeboot run starts warm when the cache is mounted read-only",
  firstOf(needsRoot, await needsProgram("unshare", "--mount", "true")),
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", FILES, START);
    await sandbox.edgeboot(["run", "web"]);
    const script =
      'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && ! touch "$0/x" && exec "$@"';
    const args = ["--mount", "/bin/sh", "-c", script, sandbox.cache, BINARY, "run", "web"];
    const { code, stdout, stderr } = await command("unshare", args, {
      ...{ env: { ...sandbox.environment(), LC_ALL: "C" }, clearEnv: true },
    });
    const said = stderr.split("\n").filter((line) => !line.startsWith("touch: "));
    assertEquals([code, stdout, said], [0, "up\n", [""]]);
  },
);

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];

e2e(
  "edgeboot run starts warm when another user made the cache and this one cannot write it",
  firstOf(needsRoot, await needsProgram("setpriv", ...NOBODY, PYTHON.path, "-c", "pass")),
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", FILES, START);
    // A tight umask while root warms the cache must not lock others out.
    const root = ["-c", 'umask 077; exec "$@"', "sh", BINARY, "fetch", "web"];
    await Deno.mkdir(sandbox.cache);
    await command("/bin/sh", root, { env: sandbox.environment(), clearEnv: true });
    const env = sandbox.environment();
    const { code, stdout, stderr } = await command("setpriv", [...NOBODY, BINARY, "run", "web"], {
      ...{ env, clearEnv: true, cwd: "/" },
    });
    assertEquals([code, stdout, stderr], [0, "up\n", ""]);
  },
);
