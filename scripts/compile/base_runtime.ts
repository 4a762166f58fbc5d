import { DENO_VERSION, denoDir } from "./deno_command.ts";
import { machineOf } from "./elf_base.ts";
import { npmBaseRuntime } from "./npm_base.ts";

export const TARGETS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"] as const;
export type Target = typeof TARGETS[number];

/**
 * The targets without a hash here are those that no pinned package is known for.
 *
 * denort as Deno publishes it, not stripped. `strip` would save 23 MB of 107 but no start-up time
 * (16.1 and 16.2 ms), and the result would depend on the binutils at hand instead of having a known hash.
 */
export const PINNED_SHA256: Readonly<Partial<Record<Target, string>>> = {
  "x86_64-unknown-linux-gnu": "723d45cca4f68bd66652da1e0d45562b0700317c1535981035f50f078785a131",
};

export interface BaseRuntime {
  /** For the build's log. */
  readonly origin: string;
  /** Value for DENORT_BIN; absent when `deno compile` is to use its own download. */
  readonly path?: string;
  /** Set when DENORT_BIN chose it: any build goes then; every other base must have the pinned hash. */
  readonly givenByUser?: true;
}

/** None of the sources has a base for the target. */
export class NoBaseRuntime extends Error {}

/**
 * Finds a base runtime: what the user gives, else Deno's own download, else the npm route.
 * @throws {NoBaseRuntime} when there is none for the target
 */
export async function findBaseRuntime(target: Target): Promise<BaseRuntime> {
  const given = Deno.env.get("DENORT_BIN");
  if (given) {
    if (!await exists(given)) throw new Error(`base runtime: DENORT_BIN=${given}: no such file`);
    const machine = await machineOf(given);
    // Absolute, as `deno compile` runs in the bundle's directory.
    const path = await Deno.realPath(given);
    if (target.startsWith(`${machine}-`)) {
      return { origin: `DENORT_BIN=${given}`, path, givenByUser: true };
    }
    console.error(`base runtime: DENORT_BIN=${given} is for ${machine}; looking further`);
  }

  const cache = await denoDir();
  const file = `release/v${DENO_VERSION}/denort-${target}.zip`;
  if (await exists(`${cache}/dl/${file}`)) {
    return { origin: `Deno's download cache (${file})` };
  }
  const reason = await unreachable(`https://dl.deno.land/${file}`);
  if (reason === undefined) return { origin: "Deno's own download" };

  const sha256 = PINNED_SHA256[target];
  if (sha256 === undefined) {
    throw new NoBaseRuntime(
      `base runtime: no denort for ${target}: Deno's download site: ${reason}; and no npm package is ` +
        `pinned for this target. Set DENORT_BIN to a denort ${DENO_VERSION} for ${target}, or put ` +
        `its zip at $DENO_DIR/dl/${file}`,
    );
  }
  console.error(`base runtime: Deno's download site: ${reason}; taking the pinned npm package`);
  const path = await npmBaseRuntime(`${cache}/edgeboot/denort-${DENO_VERSION}-${target}`, sha256);
  return { origin: `pinned npm package (${path})`, path };
}

/** Why the URL cannot be had, or undefined if it can. Three seconds, as air-gapped CI waits here. */
async function unreachable(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
    return response.ok ? undefined : `answered ${response.status}`;
  } catch (error) {
    return `not reachable (${error instanceof Error ? error.message : error})`;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
