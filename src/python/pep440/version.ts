/** A version of PEP 440, taken apart; made by {@link parseVersion} alone. */
export interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  readonly pre: readonly [phase: Phase, number: number] | undefined;
  readonly post: number | undefined;
  readonly dev: number | undefined;
  /** Parts between dots, numbers where they are digits alone; empty where there is none. */
  readonly local: readonly (number | string)[];
}

/** PEP 440, appendix B. */
const VERSION =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

type Phase = "a" | "b" | "rc";

const PHASES: Readonly<Record<string, Phase>> = {
  ...{ a: "a", alpha: "a", b: "b", beta: "b" } as const,
  ...{ c: "rc", rc: "rc", pre: "rc", preview: "rc" } as const,
};

/** Returns undefined where the text is no version of PEP 440. */
export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  const [, epoch, release, pre, preNumber, dash, post, postNumber, dev, devNumber, local] = match;
  return {
    epoch: Number(epoch ?? 0),
    release: release!.split(".").map(Number),
    pre: pre === undefined ? undefined : [PHASES[pre]!, Number(preNumber)],
    post: dash !== undefined ? Number(dash) : post === undefined ? undefined : Number(postNumber),
    dev: dev === undefined ? undefined : Number(devNumber),
    local: local === undefined
      ? []
      : local.split(/[-_.]/).map((part) => /^\d+$/.test(part) ? Number(part) : part),
  };
}

/** The order of PEP 440: negative where `a` comes first, 0 where both are one version. */
export function compareVersions(a: Version, b: Version): number {
  return a.epoch - b.epoch || compareReleases(a.release, b.release) ||
    comparePairs(preKey(a), preKey(b)) || (a.post ?? -1) - (b.post ?? -1) ||
    compareDev(a.dev ?? Infinity, b.dev ?? Infinity) || compareLocals(a.local, b.local);
}

/** Missing numbers count as 0. */
export function compareReleases(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `1.0.dev1` comes before `1.0a1`; what is no pre-release after all of them. */
function preKey({ pre, post, dev }: Version): readonly [number, number] {
  if (pre !== undefined) return [["a", "b", "rc"].indexOf(pre[0]), pre[1]];
  return post === undefined && dev !== undefined ? [-1, 0] : [3, 0];
}

function comparePairs(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** Two that have none are alike: their difference would be no number. */
function compareDev(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** No local version comes first, then letters, then numbers; of two with one beginning the shorter. */
function compareLocals(a: Version["local"], b: Version["local"]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (typeof left === "number" && typeof right === "number") return left - right;
    if (typeof left === "number") return 1;
    if (typeof right === "number") return -1;
    return left < right ? -1 : 1;
  }
  return 0;
}
