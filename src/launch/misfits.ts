/** One interpreter that no variant fits. */
export interface Misfit {
  readonly path: string;
  readonly version: string;
  /** One for each variant, or one for the release as a whole. */
  readonly reasons: readonly string[];
  /** Those of variants that are made for this Python, so that only the machine is in the way. */
  readonly near: readonly string[];
}

/** More variants than these are not read; `inspect` has them all. */
const MOST_REASONS = 4;

/**
 * Why nothing fits, in words. On a machine with ten interpreters that would be ten times as much: told in
 * full is the one that comes closest, the first on PATH among equals.
 *
 * @param misfits at least one, in the order in which they were asked
 */
export function describeMisfits(misfits: readonly Misfit[]): string {
  const closest = misfits.find(({ near }) => near.length > 0) ?? misfits[0]!;
  const { path, version } = closest;
  const isSame = (one: Misfit) =>
    one.version === version && one.reasons.join() === closest.reasons.join();
  const names = misfits.filter(isSame).length - 1;
  const others = new Set(misfits.filter((one) => !isSame(one)).map(({ version }) => version));
  const told = `${path}${names === 0 ? "" : ` and ${names} more`}, Python ${version}: ` +
    tell(closest).join("; ");
  if (others.size === 0) return told;
  return `${told}; no other Python here fits either (${[...others].join(", ")})`;
}

function tell({ reasons, near }: Misfit): string[] {
  if (reasons.length <= MOST_REASONS) return [...reasons];
  const first = (near.length > 0 ? near : reasons).slice(0, MOST_REASONS);
  return [...first, `and ${reasons.length - first.length} more variants do not fit`];
}
