import { assert, assertEquals } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { sha256Of } from "../support/sandbox.ts";

const MiB = 1024 ** 2;
const LIMITS = { cpuSeconds: 2, peakBytes: 256 * MiB, writtenBytes: MiB };

interface Measured {
  readonly exit: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly writtenBytes: number;
  readonly stderr: string;
}

const script = (name: string) => new URL(name, import.meta.url).pathname;

Deno.test("edgeboot fetch defuses bombs: under 2 s, 256 MiB of memory, and 1 MiB written", async (t) => {
  const box = await Deno.makeTempDir({ prefix: "eb-bombs-" });
  try {
    const made = await output(PYTHON.path, ["-I", script("bombs.py"), box]);
    for (const [index, line] of made.trim().split("\n").entries()) {
      const [what, rule] = line.split("|");
      await t.step(`${what} is refused by ${rule}`, () => defuse(`${box}/${index}`, rule!, box));
    }
  } finally {
    await Deno.remove(box, { recursive: true });
  }
});

async function defuse(bomb: string, rule: string, box: string): Promise<void> {
  const packed = (await Deno.stat(bomb)).size;
  const result = await measure(bomb, box);
  const error = result.stderr.split("\n").find((line) => line.includes('"level":"error"'));
  assert(error !== undefined, result.stderr);
  const { rule: named, limit } = JSON.parse(error!);
  assertEquals([result.exit, named ?? limit], [65, rule], error);
  // Processor time, as the machine may be busy with other tests; memory and bytes do not depend on it.
  assert(result.cpuSeconds < LIMITS.cpuSeconds, `${result.cpuSeconds} s`);
  assert(result.peakBytes < LIMITS.peakBytes, `${result.peakBytes} bytes of memory`);
  // The packed file is copied into the cache first, to be verified.
  const written = result.writtenBytes - packed;
  assert(written < LIMITS.writtenBytes, `${written} bytes written`);
  if (Deno.env.get("EDGEBOOT_E2E_FIGURES") === undefined) return;
  const [memory, kept] = [result.peakBytes / MiB, written / 1024].map(Math.round);
  console.log(`  ${packed} B packed: ${result.seconds.toFixed(2)} s, ${memory} MiB, ${kept} KiB`);
}

async function measure(bomb: string, box: string): Promise<Measured> {
  const args = ["fetch", "--bundle", bomb, "--sha256", await sha256Of(bomb)];
  const said = await output(PYTHON.path, ["-I", script("measure.py"), BINARY, ...args], {
    clearEnv: true,
    env: {
      PATH: "/usr/bin:/bin",
      HOME: box,
      TMPDIR: box,
      EDGEBOOT_CACHE: `${box}/cache`,
      EDGEBOOT_LOG: "json",
    },
  });
  return JSON.parse(said);
}
