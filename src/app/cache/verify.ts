import type { Sha256 } from "../../model/digest.ts";
import { type AppRef, formatAppRef } from "../../model/ref.ts";
import { EdgebootError } from "../../model/errors.ts";
import { parseRelease } from "../../model/release.ts";
import { listReleases } from "../../store/listing.ts";
import type { ManifestEntries } from "../../store/manifest.ts";
import { type Quarantine, quarantineRelease, quarantineTree } from "../../store/quarantine.ts";
import { checkTree, type Damage, readManifest, treeDigests } from "../../store/verifier.ts";
import { soundLocks } from "../../store/work_lock.ts";
import type { Context } from "../context.ts";

export interface Checked {
  readonly kind: "tree" | "release";
  /** 64 hex */
  readonly digest: Sha256;
  readonly path: string;
  /** "no record": what it was when it was unpacked is not known here. "absent": not in the cache. */
  readonly state: "sound" | "damaged" | "no record" | "absent";
  readonly files: number;
  readonly bytes: number;
  readonly damage: readonly Damage[];
  /** Only where it is damaged. */
  readonly quarantine?: Quarantine;
}

export interface VerifyRequest {
  /** undefined: everything in the cache */
  readonly appRef: AppRef | undefined;
  /** Move a damaged tree also from under an app that runs from it. */
  readonly force: boolean;
}

interface Subjects {
  readonly releases: readonly Sha256[];
  readonly trees: readonly Sha256[];
}

/**
 * `edgeboot verify`: compares what is in the cache with what was verified when it came. Contacts nothing.
 * What is damaged is moved out of the way and named; the next start fetches it anew.
 * @throws EdgebootError RELEASE_NOT_CACHED (69)
 */
export async function verifyCache(request: VerifyRequest, context: Context): Promise<Checked[]> {
  const { releases, trees } = subjectsOf(request, context);
  const checked: Checked[] = [];
  for (const digest of releases) checked.push(await checkRelease(digest, context));
  const records = new Map<Sha256, Awaited<ReturnType<typeof readManifest>>>();
  for (const digest of trees) {
    records.set(digest, await readManifest(digest, context.store.layout, context.host));
  }
  const progress = progressOf([...records.values()], context);
  for (const [digest, record] of records) {
    checked.push(await checkOne(digest, record, request, context, progress));
  }
  return checked;
}

function subjectsOf({ appRef }: VerifyRequest, context: Context): Subjects {
  const { store, records, host } = context;
  if (appRef === undefined) {
    const releases = listReleases(store.layout, host.fs).sort();
    return { releases, trees: treeDigests(store.layout, host.fs) };
  }
  const digest = cachedDigest(appRef, context);
  const text = digest && records.release(digest);
  if (digest === undefined || text === undefined) throw notHere(appRef, context);
  try {
    const { variants } = parseRelease(text, `cached release ${digest}`);
    const layers = variants.flatMap((variant) => variant.layers.map((layer) => layer.sha256));
    return { releases: [digest], trees: [...new Set(layers)] };
  } catch {
    // Damaged beyond reading: the check of the document itself will say so.
    return { releases: [digest], trees: [] };
  }
}

/** What a start without network would take. */
export function cachedDigest({ app, ref }: AppRef, context: Context): Sha256 | undefined {
  if (ref.kind === "digest") return ref.digest;
  const registry = context.registry().location;
  const record = context.records.ref({ registry, app, name: ref.name });
  return record?.pinned ?? record?.digest;
}

async function checkRelease(digest: Sha256, context: Context): Promise<Checked> {
  const { store, host } = context;
  const path = store.layout.release(digest);
  const subject = { kind: "release", digest, path, files: 1 } as const;
  const bytes = host.fs.readBytes(path);
  const hash = await host.codecs.sha256();
  hash.update(bytes);
  const found = hash.digestHex();
  if (found === digest) return { ...subject, state: "sound", bytes: bytes.length, damage: [] };
  const damage = [{ path: ".", what: "content", expected: digest, found }] as const;
  const quarantine = quarantineRelease(digest, store.layout, host);
  return { ...subject, state: "damaged", bytes: bytes.length, damage, quarantine };
}

async function checkOne(
  digest: Sha256,
  record: ManifestEntries | "none" | "damaged",
  { force }: VerifyRequest,
  context: Context,
  onProgress: (bytes: number) => void,
): Promise<Checked> {
  const { store, host } = context;
  const path = store.layout.tree(digest);
  const subject = { kind: "tree", digest, path } as const;
  const nothing = { files: 0, bytes: 0, damage: [] };
  if (!store.hasTree(digest)) return { ...subject, ...nothing, state: "absent" };
  if (record === "none") return { ...subject, ...nothing, state: "no record" };
  const damage = record === "damaged"
    ? [damagedRecord(store.layout.manifest(digest))]
    : await checkTree(path, record, host, onProgress);
  const totals = record === "damaged" ? nothing : totalsOf(record);
  if (damage.length === 0) return { ...subject, ...totals, state: "sound", damage };
  // Collected while we looked: that is no damage.
  if (!store.hasTree(digest)) return { ...subject, ...nothing, state: "absent" };
  const locks = soundLocks(store.layout, host);
  const quarantine = quarantineTree(digest, force, store.layout, { ...host, locks });
  return { ...subject, ...totals, state: "damaged", damage, quarantine };
}

/** Nobody can say any more what the tree should be. */
function damagedRecord(path: string): Damage {
  return { path, what: "content", expected: "the record that was written", found: "another" };
}

function totalsOf(record: ManifestEntries): { files: number; bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const entry of record.values()) {
    if (entry.kind !== "file") continue;
    files++;
    bytes += entry.size;
  }
  return { files, bytes };
}

function progressOf(records: readonly (ManifestEntries | string)[], { report }: Context) {
  const total = records.reduce(
    (sum, record) => sum + (typeof record === "string" ? 0 : totalsOf(record).bytes),
    0,
  );
  let bytes = 0;
  return (more: number) => {
    bytes += more;
    report.event({ kind: "verify-progress", bytes, total });
  };
}

export function notHere(appRef: AppRef, { cacheRoot }: Context): EdgebootError {
  return new EdgebootError("RELEASE_NOT_CACHED", {
    what: `nothing of ${formatAppRef(appRef)} is in the cache`,
    why: `it never started here, or was collected (${cacheRoot.path})`,
    next: `\`edgeboot fetch ${formatAppRef(appRef)}\` brings it`,
  }, { facts: { app: appRef.app } });
}
