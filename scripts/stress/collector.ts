import { run } from "../demo/run.ts";
import { type Ground, type Place, within } from "./ground.ts";

export interface CollectorOptions {
  readonly apps: number;
  readonly minutes: number;
}

export interface CollectorOutcome {
  readonly faults: readonly string[];
  readonly starts: number;
  readonly imports: number;
  /**
   * Starts of an environment's own Python that came too late: `edgeboot env` had printed the path, and a collector
   * had taken the environment away before Python held its lease. And starts of a user who can only read the cache,
   * and found the app collected.
   */
  readonly late: number;
  /** Collections and trees that they removed, by where the collector was. */
  readonly collections: ReadonlyMap<string, { readonly runs: number; readonly removed: number }>;
}

const MODULES = 40;
const KINDS_OF_APPS = 30;
const SHARED_LAYERS = 6;
const OWNER = 12345;
/** Who trusts the owner, and may only read the cache. */
const OTHER = 12346;

/** Imports one module after the other, late, and reads a file beside it that nobody has opened yet. */
const APP = `
import importlib, os, random, sys, time
print("began", flush=True)
names = ["lazy%d" % n for n in range(${MODULES})]
random.shuffle(names)
for name in names:
    time.sleep(random.uniform(0.01, 0.2))
    module = importlib.import_module("lazies." + name)
    assert module.VALUE == name, name
    with open(os.path.join(os.path.dirname(module.__file__), name + ".txt")) as file:
        assert file.read() == name * 100, name
print(len(names))
`;

/**
 * Apps that start, import for some seconds what they have not looked at before, end, and start again; and
 * meanwhile collectors in a loop that remove all that nobody uses: as root, as root in mount and PID
 * namespaces of its own, as the user who owns the cache and cannot see root's processes. Every start is
 * of a tree that may just have been removed.
 */
export async function stressCollector(
  ground: Ground,
  { apps, minutes }: CollectorOptions,
): Promise<CollectorOutcome> {
  const names = await publish(ground);
  await Deno.mkdir(ground.cache);
  await Deno.chown(ground.cache, OWNER, OWNER);
  // Whoever writes first owns what is below.
  const [first] = names;
  const fetched = await run(
    within({ name: "owner", uid: OWNER }, ground, [ground.edgeboot, "fetch", first!]),
    { env: ground.environment(), clearEnv: true },
  );
  if (fetched.code !== 0) throw new Error(fetched.stderr);
  const until = performance.now() + minutes * 60_000;
  const faults: string[] = [];
  let starts = 0;
  let late = 0;
  const users: Place[] = [
    { name: "root" },
    { name: "the owner", uid: OWNER },
    { name: "root in namespaces of its own", view: `${ground.work}/fourth` },
    { name: "another user", uid: OTHER },
  ];
  const keepRunning = async (place: Place, isDirect: boolean) => {
    while (performance.now() < until) {
      const name = names[Math.floor(Math.random() * names.length)]!;
      const fault = await startApp(name, place, isDirect, ground);
      starts++;
      if (fault === LATE) late++;
      else if (fault !== undefined) faults.push(fault);
    }
  };
  const collectors: Place[] = [
    { name: "root" },
    { name: "root in namespaces of its own", view: `${ground.work}/elsewhere` },
    { name: "the owner in namespaces of its own", view: `${ground.work}/third`, uid: OWNER },
  ];
  const collections = new Map<string, { runs: number; removed: number }>();
  const collect = async (place: Place) => {
    const sum = { runs: 0, removed: 0 };
    collections.set(place.name, sum);
    while (performance.now() < until) {
      const { removed, fault } = await collectOnce(place, ground);
      sum.runs++;
      sum.removed += removed;
      if (fault !== undefined) faults.push(fault);
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  const running = Array.from(
    { length: apps },
    (_, n) => keepRunning(users[n % users.length]!, n % 8 >= 4),
  );
  const ticker = setInterval(
    () => console.error(`${starts} starts, ${faults.length} faults`),
    20_000,
  );
  await Promise.all([...running, ...collectors.map(collect)]);
  clearInterval(ticker);
  const imports = (starts - late - faults.length) * MODULES;
  return { faults, starts, late, imports, collections };
}

const LATE = "late";
/** What a cron job does: no edgeboot is in front of the Python that runs. */
const DIRECT = 'path=$("$0" env --trusted-uids "$1" "$2") && exec "$path/bin/python" -m "$2"';

/** @param isDirect by the environment's own Python */
async function startApp(
  name: string,
  place: Place,
  isDirect: boolean,
  ground: Ground,
): Promise<string | undefined> {
  const trusted = `${OWNER}`;
  const argv = isDirect
    ? ["sh", "-c", DIRECT, ground.edgeboot, trusted, name]
    : [ground.edgeboot, "run", "--trusted-uids", trusted, name];
  const how = { env: ground.environment(place.view), clearEnv: true };
  const { code, stdout, stderr } = await run(within(place, ground, argv), how);
  if (code === 0 && stdout === `began\n${MODULES}\n`) return undefined;
  if (isDirect && !stdout.startsWith("began") && !stderr.includes("edgeboot: error")) return LATE;
  // Who may not write cannot fetch what was collected.
  if (place.uid === OTHER && code === 73) return LATE;
  return `${name} ${isDirect ? "directly " : ""}as ${place.name}: ${code} ${stdout} ${stderr}`;
}

const EVERYTHING = [
  ...["--keep", "0", "--max-size", "0", "--max-age", "0s"],
  ...["--trusted-uids", `${OWNER}`],
];

async function collectOnce(
  place: Place,
  ground: Ground,
): Promise<{ removed: number; fault?: string }> {
  const argv = within(place, ground, [ground.edgeboot, "cache", "gc", "--json", ...EVERYTHING]);
  const env = ground.environment(place.view);
  const { code, stdout, stderr } = await run(argv, { env, clearEnv: true });
  if (code !== 0) return { removed: 0, fault: `cache gc, ${place.name}: ${code} ${stderr}` };
  return { removed: JSON.parse(stdout).removed.length };
}

/** Apps of which some share a layer, as apps on one framework do; more than run at the same time. */
async function publish(ground: Ground): Promise<string[]> {
  const shared: string[] = [];
  for (let n = 0; n < SHARED_LAYERS; n++) {
    shared.push(await ground.layer(`lazies${n}`, { ...LAZIES, "which.txt": String(n) }));
  }
  const names: string[] = [];
  for (let n = 0; n < KINDS_OF_APPS; n++) {
    const name = `shop${n}`;
    const own = await ground.layer(name, { [`${name}.py`]: APP });
    await ground.release(name, [own], [shared[n % SHARED_LAYERS]!]);
    names.push(name);
  }
  return names;
}

const LAZIES = Object.fromEntries(
  Array.from({ length: MODULES }, (_, n) => [
    [`lazies/lazy${n}.py`, `VALUE = "lazy${n}"\n`],
    [`lazies/lazy${n}.txt`, `lazy${n}`.repeat(100)],
  ]).flat(),
);
