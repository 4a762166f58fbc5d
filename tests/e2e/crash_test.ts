import { assert, assertEquals } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { exists } from "./support/kept.ts";
import { Sandbox } from "./support/sandbox.ts";

const COUNT = 600;
const FILES = Object.fromEntries([
  ...Array.from({ length: COUNT }, (_, n) => [`data/d${n % 20}/f${n}.txt`, `${n}`.repeat(500)]),
  [
    "web.py",
    "import os\nroot = os.path.dirname(__file__) + '/data'\n" +
    "print(sum(len(files) for _, _, files in os.walk(root)))\n",
  ],
]);

function filesBelow(root: string): number {
  let count = 0;
  for (const { name, isDirectory } of Deno.readDirSync(root)) {
    count += isDirectory ? filesBelow(`${root}/${name}`) : 1;
  }
  return count;
}

Deno.test("edgeboot run never shows an incomplete tree when it is killed in mid-unpack", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish(
    "web",
    FILES,
    { entrypoint: { module: "web" } },
    "tar.gz",
  );
  const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
  const whole = await measure(sandbox);
  let killedAtWork = 0;
  for (let round = 0; round < 30; round++) {
    await removeTree(tree);
    const child = new Deno.Command(BINARY, {
      args: ["fetch", "web"],
      ...{ env: sandbox.environment(), clearEnv: true },
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
    await new Promise((done) => setTimeout(done, Math.random() * whole));
    try {
      child.kill("SIGKILL");
    } catch {
      // It was done before.
    }
    const { signal } = await child.status;
    if (signal === "SIGKILL") killedAtWork++;
    if (exists(tree)) assertEquals(filesBelow(tree), COUNT + 1, "a visible tree is complete");
  }
  assert(killedAtWork >= 10, `only ${killedAtWork} of 30 kills met edgeboot at work`);
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
  assertEquals([code, stdout], [0, `${COUNT}\n`], stderr);
});

Deno.test("edgeboot run heals its notes when everything but trees and environments is overwritten with garbage", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", { "web.py": "print('up')\n" }, { entrypoint: { module: "web" } });
  for (const garbage of ["", "garbage", "null", "[]", '{"digest":"x"}', "\x00\xff"]) {
    assertEquals((await sandbox.edgeboot(["run", "web"])).stdout, "up\n");
    let overwritten = 0;
    for (const path of notes(`${sandbox.cache}/v1`)) {
      Deno.writeTextFileSync(path, garbage);
      overwritten++;
    }
    assert(overwritten >= 3, "an interpreter, a release and a ref are noted");
    const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"]);
    assertEquals([code, stdout, stderr], [0, "up\n", ""], JSON.stringify(garbage));
    const listed = await sandbox.edgeboot(["cache", "list"]);
    assertEquals([listed.code, listed.stderr], [0, ""]);
  }
});

/** Never through a link: an environment's lead to the interpreter and to the trees. */
function notes(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory, isFile }) => {
    const path = `${directory}/${name}`;
    if (isDirectory) return ["trees", "environments"].includes(name) ? [] : notes(path);
    return isFile ? [path] : [];
  });
}

/** How long a cold fetch takes here, in milliseconds. */
async function measure(sandbox: Sandbox): Promise<number> {
  const begun = performance.now();
  await sandbox.edgeboot(["fetch", "web"]);
  return performance.now() - begun;
}

async function removeTree(tree: string): Promise<void> {
  if (!exists(tree)) return;
  await new Deno.Command("chmod", { args: ["-R", "u+w", tree] }).output();
  await Deno.remove(tree, { recursive: true });
}
