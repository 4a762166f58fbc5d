import { assert, assertEquals } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command } from "./support/command.ts";
import { e2e, needsProgram } from "./support/e2e.ts";
import { Sandbox } from "./support/sandbox.ts";

/** What flock(2) does: as on network file systems without a lock service, in sandboxes, and on those that lie. */
const LOCKS = ["error=ENOLCK", "error=EOPNOTSUPP", "error=ENOSYS", "retval=0"];
const EVERYTHING = ["--keep", "0", "--max-size", "0", "--max-age", "0s"];

for (const flock of LOCKS) {
  e2e(
    `edgeboot run is right and cache gc keeps what may run when flock gives ${flock}`,
    await needsProgram("strace", "-qq", "true"),
    async () => {
      await using sandbox = await Sandbox.create();
      await sandbox.publish("web", { "web.py": "print('up')\n" }, {
        entrypoint: { module: "web" },
      });
      const edgeboot = (...args: string[]) => {
        const log = sandbox.path("files/trace");
        const inject = ["-f", "-qq", "-o", log, "-e", "trace=flock", "-e", `inject=flock:${flock}`];
        return command("strace", [...inject, BINARY, ...args], {
          ...{ env: sandbox.environment(), clearEnv: true, cwd: sandbox.root },
        });
      };
      const starts = await Promise.all([1, 2, 3, 4].map(() => edgeboot("run", "web")));
      for (const { code, stdout, stderr } of starts) {
        assertEquals([code, stdout, stderr.includes("error")], [0, "up\n", false], stderr);
      }
      const warm = await edgeboot("run", "web");
      assertEquals([warm.code, warm.stdout, warm.stderr], [0, "up\n", ""]);

      const gc = async (...args: string[]) => {
        const { code, stdout, stderr } = await edgeboot("cache", "gc", ...EVERYTHING, ...args);
        assertEquals([code, stderr], [0, ""]);
        return stdout;
      };
      const kept = await gc();
      assert(kept.includes("nobody can tell whether it is in use"), kept);
      assert(kept.includes("--unlocked-age 30d"), kept);
      assert((await gc("--unlocked-age", "1h")).includes("kept 12 B in 1 tree"), "used just now");
      assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/work`)], [], "no lock files pile up");

      const age = () => {
        for (const lease of leasesOf(sandbox)) {
          Deno.utimeSync(lease, new Date(), new Date(Date.now() - 2 * 3_600_000));
        }
      };
      age();
      const used = await edgeboot("run", "web");
      assertEquals(used.stdout, "up\n");
      const [lease] = leasesOf(sandbox);
      assert(Date.now() - Deno.statSync(lease!).mtime!.getTime() < 60_000, "the use is recorded");

      age();
      assert((await gc("--unlocked-age", "1h")).includes("freed 12 B in 1 tree"));
      assertEquals((await edgeboot("run", "web")).stdout, "up\n");
      if (flock === "retval=0") return;
      // What a kill leaves is nobody's once it is a day old.
      const work = `${sandbox.cache}/v1/work/${"0".repeat(32)}`;
      Deno.mkdirSync(work);
      Deno.writeTextFileSync(`${work}.lock`, "");
      for (const path of [work, `${work}.lock`]) Deno.utimeSync(path, 1000, 1000);
      assert((await gc()).includes("leftovers of killed processes"));
      assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/work`)], []);
    },
  );
}

e2e(
  "edgeboot run asks again when flock is interrupted",
  await needsProgram("strace", "-qq", "true"),
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", { "web.py": "print('up')\n" }, { entrypoint: { module: "web" } });
    assertEquals((await sandbox.edgeboot(["run", "web"])).code, 0);
    const log = sandbox.path("files/trace");
    const inject = ["-e", "trace=flock", "-e", "inject=flock:error=EINTR:when=1..3"];
    const { code, stdout, stderr } = await command(
      "strace",
      ["-f", "-qq", "-o", log, ...inject, BINARY, "run", "web"],
      { env: sandbox.environment(), clearEnv: true, cwd: sandbox.root },
    );
    assertEquals([code, stdout], [0, "up\n"], stderr);
    const calls = (await Deno.readTextFile(log)).split("\n").filter((line) => /flock\(/.test(line));
    assert(calls.some((line) => line.includes("LOCK_SH") && / = 0$/.test(line)), calls.join("\n"));
  },
);

for (const error of ["EMFILE", "ENFILE", "EIO"]) {
  e2e(
    `edgeboot run starts nothing that is not protected when its lease cannot be opened for ${error}`,
    await needsProgram("strace", "-qq", "true"),
    async () => {
      await using sandbox = await Sandbox.create();
      await sandbox.publish("web", { "web.py": "print('up')\n" }, {
        entrypoint: { module: "web" },
      });
      assertEquals((await sandbox.edgeboot(["run", "web"])).code, 0);
      const lease = leasesOf(sandbox)[0]!;
      const only = ["-f", "-qq", "-o", sandbox.path("files/trace"), "-P", lease];
      const inject = ["-e", `inject=open,openat:error=${error}`];
      const { code, stdout, stderr } = await command(
        "strace",
        [...only, ...inject, BINARY, "run", "web"],
        { env: sandbox.environment(), clearEnv: true, cwd: sandbox.root },
      );
      assertEquals([code, stdout], [74, ""], stderr);
      assert(stderr.includes(`cannot open ${lease}`), stderr);
      assertEquals((await sandbox.edgeboot(["run", "web"])).stdout, "up\n");
    },
  );
}

/** The environment's, which a start takes, then those of its trees. */
function leasesOf({ cache }: Sandbox): string[] {
  return ["environments", "sha256"].flatMap((kind) => {
    const directory = `${cache}/v1/leases/${kind}`;
    return [...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`);
  });
}
