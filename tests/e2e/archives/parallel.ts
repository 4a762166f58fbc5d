/** Runs `work` on every item, `width` at a time; results in the order of the items. */
export async function parallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  width = Math.max(2, navigator.hardwareConcurrency),
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
