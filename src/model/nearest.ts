/** The nearest known name within reach of a slip of the fingers. The search is loaded only after one. */
export async function nearest(
  name: string,
  candidates: readonly string[],
): Promise<string | undefined> {
  if (candidates.length === 0) return undefined;
  const { closestString } = await import("@std/text/closest-string");
  const found: string = closestString(name, candidates);
  const { levenshteinDistance } = await import("@std/text/levenshtein-distance");
  const distance: number = levenshteinDistance(name, found);
  return distance <= Math.max(1, Math.floor(name.length / 3)) ? found : undefined;
}
