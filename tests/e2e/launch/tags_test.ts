import { assert, assertEquals } from "@std/assert";
import { PROBE_PROGRAM } from "../../../src/python/probe_program.ts";
import { parseProbe } from "../../../src/python/probe_answer.ts";
import { matchVariant } from "../../../src/python/tags.ts";
import { e2e } from "../support/e2e.ts";
import { interpreters } from "../support/interpreters.ts";
import { kept } from "../support/kept.ts";
import { output } from "../support/command.ts";
import { pip } from "../support/python.ts";

const ASK = "import json, sys; sys.path.insert(0, sys.argv[1]); from packaging import tags; " +
  "print(json.dumps(sorted(set(map(str, tags.sys_tags())))))";

/** PyPA's own implementation; the last version that runs on Python 3.8. */
const packaging = await install();
const missing = "missing" in packaging ? packaging.missing : undefined;

async function install(): Promise<{ path: string } | { missing: string }> {
  try {
    const path = await kept("packaging-25.0", async (target) => {
      await pip("install", "--no-deps", "--target", target, "packaging==25.0");
    });
    return { path };
  } catch (error) {
    return { missing: `packaging cannot be installed from PyPI: ${(error as Error).message}` };
  }
}

/** Everything near the borders: versions before and after, ABIs of others, every libc of 2.0 to 2.50. */
function* candidates(): Generator<[string, string, string]> {
  const minors = Array.from({ length: 16 }, (_, minor) => minor);
  const tags = ["py2", "py3", "cp3", "py27", "cp27", "pp39"];
  for (const minor of minors) tags.push(`py3${minor}`, `cp3${minor}`);
  const abis = ["none", "abi3", "cp27mu", "cp36m"];
  for (const minor of minors.slice(6)) abis.push(`cp3${minor}`, `cp3${minor}t`, `cp3${minor}d`);
  const platforms = ["any", "win_amd64", "macosx_11_0_x86_64", "linux", "manylinux_3_1_x86_64"];
  for (const machine of ["x86_64", "i686", "aarch64", "armv7l"]) {
    platforms.push(`linux_${machine}`);
    platforms.push(...["1", "2010", "2014"].map((name) => `manylinux${name}_${machine}`));
    for (let minor = 0; minor <= 50; minor += machine === "x86_64" ? 1 : 6) {
      platforms.push(`manylinux_2_${minor}_${machine}`);
    }
    platforms.push(...[0, 1, 2, 9].map((minor) => `musllinux_1_${minor}_${machine}`));
  }
  for (const tag of tags) {
    for (const abi of abis) for (const platform of platforms) yield [tag, abi, platform];
  }
}

/** No wheel is called so, but a release may leave its platform out: then it is not looked at. */
const isOurOwn = (abi: string, platform: string) => abi !== "none" && platform === "any";

for (const path of interpreters) {
  e2e(
    `matchVariant accepts what packaging.tags accepts when the interpreter is ${path}`,
    missing,
    async () => {
      const { path: site } = packaging as { path: string };
      const said = parseProbe(path, await output(path, ["-I", "-c", PROBE_PROGRAM]))!;
      const accepted = new Set<string>(JSON.parse(await output(path, ["-I", "-c", ASK, site])));
      const ours: string[] = [];
      const theirs: string[] = [];
      for (const [pythonTag, abi, platform] of candidates()) {
        if (isOurOwn(abi, platform)) continue;
        const tag = `${pythonTag}-${abi}-${platform}`;
        const variant = { pythonTag, abi, platform, systemLibs: [], layers: [] };
        if (matchVariant(variant, said.info).fits) ours.push(tag);
        if (accepted.has(tag)) theirs.push(tag);
      }
      assert(theirs.length > 300, "packaging.tags accepts next to nothing");
      assertEquals(ours, theirs);
      // The other way round: nothing that packaging accepts was left out of the candidates.
      const unfit = [...accepted].filter((tag) => {
        const [pythonTag, abi, platform] = tag.split("-") as [string, string, string];
        return !matchVariant({ pythonTag, abi, platform, systemLibs: [], layers: [] }, said.info)
          .fits;
      });
      assertEquals(unfit, []);
    },
  );
}
