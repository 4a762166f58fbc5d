import { run } from "../demo/run.ts";
import { type Ground, type Place, within } from "./ground.ts";

export interface StartersOptions {
  readonly processes: number;
  readonly rounds: number;
  /** Each process sees the cache elsewhere, with PIDs of its own. */
  readonly namespaces: boolean;
}

const APP = "herd";

/**
 * Many processes, one cold cache, again and again: each start must succeed, and each layer come once. Returns
 * a line for each thing that was not so.
 */
export async function stressStarters(
  ground: Ground,
  { processes, rounds, namespaces }: StartersOptions,
): Promise<string[]> {
  const layers = await publish(ground);
  const places = Array.from({ length: processes }, (_, n): Place => {
    return namespaces ? { name: `view ${n}`, view: `${ground.work}/view-${n}` } : { name: `${n}` };
  });
  const faults: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    await empty(ground.cache);
    ground.server.requests();
    const starts = await Promise.all(places.map((place) => start(place, ground)));
    const fault = (text: string) => {
      console.error(`round ${round}: ${text}`);
      faults.push(`round ${round}: ${text}`);
    };
    starts.filter((said) => said !== undefined).forEach((said) => fault(said));
    const requests = ground.server.requests();
    for (const layer of layers) {
      const came = requests.filter((line) => line === `GET /blobs/sha256/${layer} 200`).length;
      if (came !== 1) fault(`layer ${layer.slice(0, 12)} was downloaded ${came} times`);
    }
    for (const name of ["work", "locks", "partials"]) {
      const left = [...Deno.readDirSync(`${ground.cache}/v1/${name}`)].length;
      if (left > 0) fault(`${left} left in ${name}/`);
    }
    if (round % 10 === 0) console.error(`${round} of ${rounds} rounds, ${faults.length} faults`);
  }
  return faults;
}

async function start(place: Place, ground: Ground): Promise<string | undefined> {
  const env = ground.environment(place.view);
  const argv = within(place, ground, [ground.edgeboot, "exec", APP, "sh", "-c", COUNT]);
  const { code, stdout, stderr } = await run(argv, { env, clearEnv: true });
  const isSound = code === 0 && stdout === `${FILES}\n` && !/warning|error/.test(stderr);
  return isSound ? undefined : `${place.name}: ${code} ${stdout} ${stderr}`;
}

/** All but what is known of the interpreter: to ask it again would take most of the time. */
async function empty(cache: string): Promise<void> {
  await Deno.mkdir(`${cache}/v1`, { recursive: true });
  for (const { name } of [...Deno.readDirSync(`${cache}/v1`)]) {
    if (name !== "pythons") await Deno.remove(`${cache}/v1/${name}`, { recursive: true });
  }
}

const FILES = 150;

/** Lighter than a Python, so that what is measured is the cache. */
const COUNT = 'find "${PYTHONPATH##*:}/data" -type f | wc -l';

async function publish(ground: Ground): Promise<string[]> {
  const data = Object.fromEntries(
    Array.from({ length: FILES }, (_, n) => [`data/d${n % 9}/f${n}.txt`, `${n}\n`.repeat(n * 10)]),
  );
  const layers = [
    await ground.layer("herd-app", { "herd.py": "" }),
    await ground.layer("herd-deps", data),
  ];
  await ground.release(APP, layers);
  return layers;
}
