/** The known name that a slip of the fingers was most likely meant for; the search is loaded only then. */
export async function nearest(
  name: string,
  candidates: readonly string[],
): Promise<string | undefined> {
  if (candidates.length === 0) return undefined;
  const { closestString } = await import("@std/text/closest-string");
  const found: string = closestString(name, candidates);
  const { levenshteinDistance } = await import("@std/text/levenshtein-distance");
  const distance: number = levenshteinDistance(name, found);
  const isNear = distance <= Math.max(1, Math.floor(name.length / 3));
  // Two letters in the wrong order are two changes, and the commonest slip of all.
  return isNear || (distance === 2 && letters(name) === letters(found)) ? found : undefined;
}

function letters(word: string): string {
  return [...word].sort().join("");
}
