import type { Python } from "../../demo/python.ts";
import type { Ground } from "./ground.ts";
import { PACKINGS, publish } from "./releases.ts";
import type { Tools } from "./tools.ts";
import type { Workload } from "./workloads.ts";

/** The one that all others are compared with. */
export const VENV = "virtual environment";

/** A way to start an app; `{fresh}` is an empty directory of its own in each round. */
export interface Launcher {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What was done before the first start, and is not timed. */
  readonly setup: readonly (readonly string[])[];
}

export function plainLaunchers(
  { venv, project, ...zips }: Ground,
  python: Python,
  { uv }: Tools,
): Launcher[] {
  const inFresh = (variable: string) => ({ [variable]: "{fresh}" });
  // A fresh copy each round: bytecode of the app is written by the first start.
  const copy = { setup: [["cp", "-a", venv, "{fresh}/venv"]], env: {} };
  const zip = (name: string, path: string, root: string): Launcher => ({
    ...{ name, argv: [python.executable, path], env: inFresh(root), setup: [] },
  });
  return [
    { name: VENV, argv: ["{fresh}/venv/bin/python", "-m", "m"], ...copy },
    {
      name: "uv run",
      argv: [uv, "run", "--no-sync", "--directory", project, "python", "-m", "m"],
      ...{ env: {}, setup: [] },
    },
    zip("shiv", zips.shiv, "SHIV_ROOT"),
    zip("pex", zips.pex, "PEX_ROOT"),
    zip("pex --venv", zips.pexVenv, "PEX_ROOT"),
  ];
}

export async function edgebootLaunchers(
  workload: Workload,
  ground: Ground,
  { binary, python, work }: { binary: string; python: Python; work: string },
): Promise<Launcher[]> {
  const registry = `${work}/start-registry`;
  await Deno.mkdir(registry, { recursive: true });
  const env = {
    EDGEBOOT_REGISTRY: registry,
    EDGEBOOT_CACHE: "{fresh}",
    EDGEBOOT_PYTHON: python.executable,
  };
  const packings = workload.requirements.length === 0 ? ["pip"] as const : PACKINGS;
  const launchers: Launcher[] = [];
  for (const packing of packings) {
    const app = await publish(workload.name, ground, packing, registry);
    // Bytecode that the first start finds is the archive's own.
    const setup = [[binary, "fetch", "--compile-bytecode", "never", app]];
    launchers.push({ name: `edgeboot, ${packing}`, argv: [binary, "run", app], env, setup });
  }
  const [pip] = launchers;
  const path = `e=$(${binary} env ${workload.name}-pip) && ln -s "$e" {fresh}/environment`;
  launchers.push({
    name: "edgeboot env, pip",
    argv: ["{fresh}/environment/bin/python", "-m", "m"],
    env,
    setup: [...pip!.setup, ["sh", "-c", path]],
  });
  return launchers;
}
