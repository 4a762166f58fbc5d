/**
 * Installs the wheels of tests/e2e/archives/packages.txt, or all of some directories, as edgeboot does and with pip into a
 * virtual environment, and compares: names, contents, executable bits, rows of RECORD.
 *
 *   deno run -A scripts/archives/wheel_installs.ts [DIR…]      without a directory it needs PyPI once (400 MB)
 */
import { download, filesIn, readPackages } from "../../tests/e2e/archives/pypi.ts";
import { compareWithPip } from "../../tests/e2e/launch/compare_with_pip.ts";

/** As many as share one environment: projects that overwrite each other's files would differ. */
const AT_ONCE = 8;

const wheels = Deno.args.length > 0
  ? Deno.args.flatMap(filesIn).filter((path) => path.endsWith(".whl"))
  : filesIn(await download("wheel", pins()));

let [files, sound, failed] = [0, 0, 0];
for (let from = 0; from < wheels.length; from += AT_ONCE) {
  const some = wheels.slice(from, from + AT_ONCE);
  const work = await Deno.makeTempDir({ prefix: "edgeboot-wheels-" });
  try {
    const { equal, differences } = await compareWithPip(some, work);
    files += equal;
    if (differences.length === 0) sound += some.length;
    else {
      failed++;
      console.log(some.map((path) => path.replace(/.*\//, "")).join(" "));
      for (const line of differences.slice(0, 10)) console.log(`  ${line}`);
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}
console.log(`${sound} of ${wheels.length} wheels are installed as by pip, ${files} equal files`);
Deno.exit(failed === 0 ? 0 : 1);

function pins(): string[] {
  return readPackages().filter(({ kinds }) => kinds.includes("wheel")).map(({ pin }) => pin);
}
