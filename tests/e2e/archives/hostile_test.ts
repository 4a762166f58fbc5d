import { assertEquals } from "@std/assert";
import { command } from "../support/command.ts";
import { attempt } from "./attempt.ts";
import type { Hostile } from "./hostile.ts";
import { HARMLESS_TARS, HOSTILE_TARS } from "./hostile_tars.ts";
import { HOSTILE_ZIPS } from "./hostile_zips.ts";
import { parallel } from "./parallel.ts";

for (const [format, cases] of [["tar", HOSTILE_TARS], ["zip", HOSTILE_ZIPS]] as const) {
  Deno.test(`edgeboot fetch refuses ${cases.length} tricks with ${format}, each by its rule`, async () => {
    const others = await parallel(
      cases,
      ({ what, rule, bytes }) =>
        fetched(
          bytes,
          ({ verdict }) => verdict === rule ? [] : [`${what}: ${verdict}, not ${rule}`],
        ),
    );
    assertEquals(others.flat(), []);
  });
}

for (const { what, bytes } of HARMLESS_TARS) {
  Deno.test(`edgeboot fetch takes from a tar no more than its contents: ${what}`, async () => {
    await fetched(bytes, async ({ verdict, tree, stderr }) => {
      assertEquals(verdict, "accepted", stderr);
      for (const { name } of Deno.readDirSync(tree!)) {
        const { mode, uid, gid } = Deno.lstatSync(`${tree}/${name}`);
        assertEquals([mode! & 0o7777, uid, gid], [0o444, Deno.uid(), Deno.gid()]);
      }
      assertEquals(await attributes(tree!), "");
    });
  });
}

async function fetched<T>(
  bytes: Hostile["bytes"],
  look: Parameters<typeof attempt<T>>[1],
): Promise<T> {
  const archive = await Deno.makeTempFile({ prefix: "eb-hostile-" });
  try {
    await Deno.writeFile(archive, bytes);
    return await attempt(archive, look);
  } finally {
    await Deno.remove(archive);
  }
}

/** Extended attributes, ACLs and capabilities of everything below `tree`. */
async function attributes(tree: string): Promise<string> {
  const list = "import os, sys\nfor d, _, names in os.walk(sys.argv[1]):\n" +
    "  for n in [d] + [os.path.join(d, n) for n in names]:\n" +
    "    for a in os.listxattr(n, follow_symlinks=False): print(n, a)\n";
  return (await command("python3", ["-c", list, tree])).stdout;
}
