import type { PackContext } from "../context.ts";
import { bringFile, type Bringing } from "./bring_file.ts";
import type { BroughtFile, WantedFile } from "./wanted_file.ts";

/** As many as uv takes by default would overrun small indexes; more than this gains nothing at 100 Mbit/s. */
const AT_ONCE = 8;

/**
 * Brings files, several at once; each digest once.
 * @returns in the order of what is wanted
 * @throws EdgebootError as {@link bringFile}, the first that fails
 */
export async function bringAll(
  wanted: readonly WantedFile[],
  label: string,
  bringing: Bringing,
): Promise<readonly BroughtFile[]> {
  const { context } = bringing;
  const different = [...new Map(wanted.map((file) => [file.sha256, file])).values()];
  const missing = different.filter(({ sha256 }) => !bringing.kept.has(sha256));
  const began = context.host.clock.monotonic();
  const isFetching = missing.length > 0 && !context.session.config.offline;
  if (isFetching) await tellBegin(missing, label, context);
  const brought = new Map<string, BroughtFile>();
  await eachOf(different, async (file) => {
    brought.set(file.sha256, await bringFile(file, bringing));
  });
  if (isFetching) {
    const packedBytes = missing.reduce((sum, { sha256 }) => sum + brought.get(sha256)!.size, 0);
    const ms = context.host.clock.monotonic() - began;
    context.session.report.event({ kind: "fetch-ends", label, packedBytes, unpackedBytes: 0, ms });
  }
  return wanted.map(({ sha256 }) => brought.get(sha256)!);
}

async function tellBegin(
  missing: readonly WantedFile[],
  label: string,
  { session: { report } }: PackContext,
): Promise<void> {
  const sizes = missing.map(({ file }) => file.size);
  const bytes = sizes.every((size) => size !== undefined)
    ? sizes.reduce((sum, size) => sum + size, 0)
    : undefined;
  await report.begins?.();
  report.event({ kind: "fetch-begins", label, layers: missing.length, bytes });
}

/** After a failure none is begun any more, and those that are under way are waited for. */
async function eachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await act(item);
      } catch (error) {
        failure ??= { error };
        waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  if (failure !== undefined) throw failure.error;
}
