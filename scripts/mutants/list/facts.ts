import { changes, type Mutant } from "../mutant.ts";

const model = (name: string) => changes(`src/model/${name}.ts`, [`tests/model/${name}_test.ts`]);
const digest = model("digest");
const ref = model("ref");
const appId = model("app_id");
const inside = changes("src/model/inside_path.ts", ["tests/model"]);
const location = model("location");
const version = model("version_spec");
const tags = changes("src/python/tags.ts", ["tests/python/tags_test.ts"]);
const values = changes("src/config/values.ts", ["tests/config/values_test.ts"]);

export const FACTS: readonly Mutant[] = [
  digest("/^[0-9a-f]{64}$/", "/^[0-9a-f]{12,64}$/", "twelve digits pass for a digest"),
  ref('&& !text.includes("..")', "", "a ref is a path that climbs"),
  appId('&& !text.includes("..")', "", "an app ID is a path that climbs"),
  inside('!text.split("/").includes("..");', "true;", "a script lies outside of its layer"),
  location(
    'if (url.protocol === "file:" && !against.startsWith("file:")) return undefined;',
    "",
    "a release from the network makes edgeboot read local files",
  ),
  location(
    'return localPath(location) ?? location.replace(/\\?.*/, "?…");',
    "return localPath(location) ?? location;",
    "a signature in a query is shown in messages",
  ),
  location(
    'return location.replace(/\\?.*/, "") as Location;',
    "return location;",
    "a signature in a query becomes a file name of the cache",
  ),
  version("return order >= 0 && startsWith(", "return startsWith(", "~=3.11.4 takes Python 3.11.2"),
  version(
    "return clause.prefix ? !startsWith(release, clause.release) : order !== 0;",
    "return order !== 0;",
    "!=3.12.* takes Python 3.12",
  ),
  tags(
    "rank: interpreter.rank * 10_000 + platform.rank",
    "rank: platform.rank * 10_000 + interpreter.rank",
    "the platform's rank goes above the interpreter's",
    "never",
  ),
  tags(
    'const loads = !python.abiFlags.includes("t") &&',
    "const loads =",
    "abi3 is loaded by a free-threaded Python, which crashes",
  ),
  tags(
    "libc.major !== major || libc.minor < minor",
    "libc.major !== major",
    "a wheel for a newer glibc is chosen, and fails at import",
  ),
  tags(
    "if (machine !== python.machine) return wrongMachine(machine, python);",
    "",
    "a wheel for another machine is chosen",
  ),
  values("ki: 2 ** 10,", "ki: 1e3,", "a limit in KiB is taken for one in kB"),
  values("h: 3_600_000,", "h: 360_000,", "an hour has six minutes"),
];
