import { assert, assertEquals } from "@std/assert";
import { output } from "../command.ts";
import { exists } from "../kept.ts";
import { PYTHON } from "../python.ts";
import { differences, hexDigest, type Listing } from "./listing.ts";

/** All environments that a start could see, by their names; what Python compiles in them left out. */
export async function environmentsIn(cache: string): Promise<Map<string, Listing>> {
  const root = `${cache}/v1/environments`;
  const found = new Map<string, Listing>();
  if (!exists(root)) return found;
  for (const { name } of Deno.readDirSync(root)) {
    found.set(name, await listingOfEnvironment(`${root}/${name}`, cache));
  }
  return found;
}

/** Each is whole: as one that was made undisturbed, whatever its links are, and with a lease. */
export async function checkEnvironments(
  cache: string,
  expected: ReadonlyMap<string, Listing>,
): Promise<void> {
  for (const [key, listing] of await environmentsIn(cache)) {
    assert(expected.has(key), `environment ${key} is of nothing that was published`);
    assertEquals(differences(expected.get(key)!, listing), [], `environment ${key}`);
    assert(exists(`${cache}/v1/leases/environments/${key}`), `environment ${key} has no lease`);
  }
}

/** By path: content, whether a file is the tree's own or a link to it. */
async function listingOfEnvironment(root: string, cache: string, below = "") {
  const found = new Map<string, string>();
  for (const { name } of Deno.readDirSync(`${root}/${below}`)) {
    const inside = below === "" ? name : `${below}/${name}`;
    const path = `${root}/${inside}`;
    // Times and inodes of this one, for edgeboot's own look.
    if (name === "edgeboot-record.json") continue;
    if (name === "__pycache__") found.set(inside, exists(Deno.realPathSync(path)) ? "d" : "");
    else if (Deno.lstatSync(path).isDirectory) {
      found.set(inside, `d ${(Deno.lstatSync(path).mode! & 0o7777).toString(8)}`);
      for (const [key, line] of await listingOfEnvironment(root, cache, inside)) {
        found.set(key, line);
      }
    } else if (Deno.statSync(path).isDirectory) found.set(inside, "a link to a directory");
    else found.set(inside, await contentOf(path, cache));
  }
  return found;
}

/** What names the cache, or the form of links, may differ. */
async function contentOf(path: string, cache: string): Promise<string> {
  const bytes = Deno.readFileSync(path);
  const text = new TextDecoder("latin1").decode(bytes)
    .replaceAll(cache, "<cache>").replace(/"links":"\w+"/, '"links":"…"');
  return `f ${await hexDigest(new TextEncoder().encode(text))}`;
}

/** Every compiled file that an import would take is whole. */
const CHECK = `
import importlib.util, marshal, os, sys
bad = []
for top in sys.argv[1:]:
    for folder, _, files in os.walk(top):
        for name in files:
            if not name.endswith(".pyc"):
                continue
            path = os.path.join(folder, name)
            data = open(path, "rb").read()
            if len(data) < 16 or data[:4] != importlib.util.MAGIC_NUMBER:
                continue  # As for an import, which writes another.
            try:
                code = marshal.loads(data[16:])
                assert marshal.dumps(code)[:1] == data[16:17], "no code"
                assert type(code).__name__ == "code", "no code"
            except Exception as error:
                bad.append("%s: %d bytes, %r" % (path, len(data), error))
print("\\n".join(bad), end="")
`;

/** @throws {AssertionError} where a `.pyc` file that an import would take is not whole */
export async function checkBytecode(cache: string): Promise<void> {
  const places = ["bytecode", "environments"].map((name) => `${cache}/v1/${name}`).filter(exists);
  if (places.length === 0) return;
  assertEquals(await output(PYTHON.path, ["-I", "-S", "-B", "-c", CHECK, ...places]), "");
}
