import type { unpack, UnpackReport } from "../../archive/mod.ts";
import { DEFAULT_UNPACK_LIMITS, type UnpackLimits } from "../../model/unpack_limits.ts";
import type { Limits } from "../../config/config.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { Layer, Variant } from "../../model/release.ts";
import type { HelperThread } from "../../host/ports.ts";
import type { Ingester, Work } from "../../store/mod.ts";
import { about } from "../about.ts";
import { twinsWarning } from "./case_twins.ts";
import type { Context } from "../context.ts";
import { downloadLayer } from "./download.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";
import { missingLayers, type Tree, treesOf } from "../start/trees.ts";

const MOST_AT_ONCE = 4;
/** Smaller layers are unpacked before another thread has begun. */
const WORTH_A_THREAD_BYTES = 1024 ** 2;

/**
 * Makes sure that every layer of the variant is in the cache, and returns the trees in order. Where
 * all are there, this is one `lstat` a layer. What is missing is fetched several at once, so that
 * one layer's download overlaps another's unpacking.
 * @throws EdgebootError of the registry, the store and the archive readers
 */
export async function ensureTrees(
  release: ResolvedRelease,
  variant: Variant,
  context: Context,
): Promise<Tree[]> {
  const missing = missingLayers(variant, context);
  if (missing.length > 0) await fetchLayers(release, missing, context);
  return treesOf(variant, context);
}

async function fetchLayers(
  release: ResolvedRelease,
  layers: readonly Layer[],
  context: Context,
): Promise<void> {
  const { host, report } = context;
  const started = host.clock.monotonic();
  const bytes = layers.reduce<number | undefined>(
    (sum, { size }) => sum === undefined || size === undefined ? undefined : sum + size,
    0,
  );
  report.event({ kind: "fetch-begins", label: release.label, layers: layers.length, bytes });
  // Modes of published trees do not depend on the caller's umask; the app gets it back unchanged.
  const umask = host.process.umask(0o022);
  try {
    const totals = await inParallel(
      layers,
      async (layer, live) => {
        try {
          return await fetchOnce(release, layer, context, live);
        } catch (error) {
          throw about(error, release, layer.sha256);
        }
      },
    );
    report.event({
      kind: "fetch-ends",
      label: release.label,
      packedBytes: totals.reduce((sum, { packedBytes }) => sum + packedBytes, 0),
      unpackedBytes: totals.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0),
      ms: host.clock.monotonic() - started,
    });
  } finally {
    host.process.umask(umask);
  }
}

/** Thrown into the other layers' work once one has failed; never seen outside. */
class Abandoned extends Error {}

interface Liveness {
  check(): void;
}

/** The first failure wins; the others stop at their next chunk and clean up before it is thrown. */
async function inParallel<T, R>(
  items: readonly T[],
  act: (item: T, live: Liveness) => Promise<R>,
): Promise<R[]> {
  let failure: { readonly error: unknown } | undefined;
  const live = {
    check: () => {
      if (failure !== undefined) throw new Abandoned();
    },
  };
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      if (failure !== undefined) return;
      try {
        results[index] = await act(item, live);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
  return results;
}

interface LayerTotals {
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

/** Where another process fetches the layer already, its tree is waited for. */
async function fetchOnce(
  release: ResolvedRelease,
  layer: Layer,
  context: Context,
  live: Liveness,
): Promise<LayerTotals> {
  const { store, report, config } = context;
  const ingester = await store.ingester();
  const lap = stopwatch(context);
  const claim = await ingester.claim(layer.sha256, {
    timeoutMs: config.lockTimeoutMs,
    check: () => live.check(),
    onWait: (holder) => report.event({ kind: "waiting", digest: layer.sha256, holder }),
  });
  if (claim === "published") {
    report.event({ kind: "layer-awaited", digest: layer.sha256, ms: lap() });
    return { packedBytes: 0, unpackedBytes: 0 };
  }
  try {
    return await fetchLayer(release, layer, ingester, context, live, lap());
  } finally {
    claim.release();
  }
}

/** Download and verify, unpack, publish. Whatever happens, nothing stays behind in the work area. */
async function fetchLayer(
  release: ResolvedRelease,
  layer: Layer,
  ingester: Ingester,
  context: Context,
  live: Liveness,
  waited: number,
): Promise<LayerTotals> {
  const { host, report } = context;
  const digest = layer.sha256;
  const lap = stopwatch(context);
  let verify = 0;
  const progress = progressOf(digest, context, live);
  const work = await ingester.begin(digest);
  let thread: HelperThread | undefined;
  try {
    const blob = await downloadLayer(release, layer, work, context, (bytes, total, hashed) => {
      verify = hashed;
      // Started with the first bytes, so that it is there when the unpacking begins.
      if ((total ?? Infinity) >= WORTH_A_THREAD_BYTES) thread ??= host.helpers.start();
      progress("download", bytes, total);
    });
    const download = lap() - verify;
    const unpacked = await unpackLayer(
      layer,
      blob,
      work,
      thread,
      context,
      (bytes) => progress("unpack", bytes, layer.unpackedSize),
    );
    const unpack = lap();
    await work.publish();
    const totals = { packedBytes: blob.size, unpackedBytes: unpacked.unpackedBytes };
    const { files, leftOut, caseTwins } = unpacked;
    if (caseTwins > 0) report.event(twinsWarning(layer, caseTwins));
    const ms = { wait: waited, download, verify, unpack, publish: lap() };
    report.event({ kind: "layer-done", digest, files, leftOut, ms, ...totals });
    return totals;
  } finally {
    thread?.stop();
    work.discard();
  }
}

async function unpackLayer(
  layer: Layer,
  blob: Parameters<typeof unpack>[0],
  work: Work,
  thread: HelperThread | undefined,
  { host, config }: Context,
  onProgress: (bytes: number) => void,
): Promise<UnpackReport> {
  const options = {
    into: work.treePath,
    limits: unpackLimitsOf(layer, config.limits),
    packedAsFile: layer.kind === "pyz",
    thread,
    onProgress,
  };
  try {
    // The readers are only loaded where there is something to unpack.
    const archive = await import("../../archive/mod.ts");
    const report = await archive.unpack(blob, options, { fs: work.fs, codecs: host.codecs });
    work.download.discard();
    return report;
  } catch (error) {
    throw work.failure(error);
  }
}

/** What the release states replaces setting and default, the ratio too: a person decided it. */
function unpackLimitsOf(layer: Layer, { unpacked, entries, ratio }: Limits): UnpackLimits {
  const limits = { ...DEFAULT_UNPACK_LIMITS, entries: entries ?? DEFAULT_UNPACK_LIMITS.entries };
  if (layer.unpackedSize !== undefined) {
    return { ...limits, unpackedBytes: layer.unpackedSize, ratio: Infinity };
  }
  return {
    ...limits,
    unpackedBytes: unpacked ?? limits.unpackedBytes,
    ratio: ratio ?? limits.ratio,
  };
}

function progressOf(digest: LayerDigest, { report }: Context, live: Liveness) {
  return (phase: "download" | "unpack", bytes: number, total: number | undefined) => {
    live.check();
    report.event({ kind: "layer-progress", digest, phase, bytes, total });
  };
}

/** Milliseconds since the last call. */
function stopwatch({ host }: Context): () => number {
  let last = host.clock.monotonic();
  return () => {
    const now = host.clock.monotonic();
    const elapsed = now - last;
    last = now;
    return elapsed;
  };
}
