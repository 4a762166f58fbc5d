import type { LayerDigest, ReleaseDigest, Sha256 } from "../../model/digest.ts";
import type { Host } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import type { TreeRecord } from "../tree_record.ts";
import { soundLocks } from "../work_lock.ts";
import { type Quarantine, quarantineRelease, quarantineTree } from "./quarantine.ts";
import { checkTree, type Damage, readTreeRecord } from "./verifier.ts";

type VerificationHost = Pick<Host, "fs" | "codecs" | "locks" | "process">;

export interface Checked {
  readonly kind: "tree" | "release" | "environment";
  /** 64 hex; of an environment: its key */
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

export interface VerifyOptions {
  /** Move a damaged tree also from under an app that runs from it. */
  readonly force: boolean;
  readonly onProgress: (bytes: number, total: number) => void;
}

/** A release document is what its name says, or damaged. */
export async function verifyRelease(
  digest: ReleaseDigest,
  layout: CacheLayout,
  host: VerificationHost,
): Promise<Checked> {
  const path = layout.release(digest);
  const bytes = host.fs.readBytes(path);
  const subject = { kind: "release", digest, path, files: 1, bytes: bytes.length } as const;
  const hash = await host.codecs.sha256();
  hash.update(bytes);
  const found = hash.digestHex();
  if (found === digest) return { ...subject, state: "sound", damage: [] };
  const damage = [{ path: ".", what: "content", expected: digest, found }] as const;
  return {
    ...subject,
    state: "damaged",
    damage,
    quarantine: quarantineRelease(digest, layout, host),
  };
}

/** All records are read first, so that progress has a total. */
export async function verifyTrees(
  digests: readonly LayerDigest[],
  { force, onProgress }: VerifyOptions,
  layout: CacheLayout,
  host: VerificationHost,
): Promise<Checked[]> {
  const records = new Map<LayerDigest, TreeRecord | "none" | "damaged">();
  for (const digest of digests) records.set(digest, await readTreeRecord(digest, layout, host));
  const total = [...records.values()].reduce((sum, record) => sum + totalsOf(record).bytes, 0);
  let read = 0;
  const noteRead = (bytes: number) => onProgress(read += bytes, total);
  const checked: Checked[] = [];
  for (const [digest, record] of records) {
    checked.push(await verifyTree(digest, record, { force, noteRead }, layout, host));
  }
  return checked;
}

async function verifyTree(
  digest: LayerDigest,
  record: TreeRecord | "none" | "damaged",
  { force, noteRead }: { readonly force: boolean; readonly noteRead: (bytes: number) => void },
  layout: CacheLayout,
  host: VerificationHost,
): Promise<Checked> {
  const path = layout.tree(digest);
  const subject = { kind: "tree", digest, path } as const;
  const nothing = { files: 0, bytes: 0, damage: [] };
  const isThere = () => host.fs.lstat(path)?.kind === "directory";
  if (!isThere()) return { ...subject, ...nothing, state: "absent" };
  if (record === "none") return { ...subject, ...nothing, state: "no record" };
  const damage = record === "damaged"
    ? [damagedRecord(layout.record(digest))]
    : await checkTree(path, record, host, noteRead);
  const totals = totalsOf(record);
  if (damage.length === 0) return { ...subject, ...totals, state: "sound", damage };
  // Collected while we looked: that is no damage.
  if (!isThere()) return { ...subject, ...nothing, state: "absent" };
  if (!force && damage.every(({ what }) => what === "extra")) {
    return { ...subject, ...totals, state: "damaged", damage, quarantine: { kept: ADDED } };
  }
  const locks = soundLocks(layout, host);
  const quarantine = quarantineTree(digest, force, layout, { ...host, locks });
  return { ...subject, ...totals, state: "damaged", damage, quarantine };
}

/** An app that runs as root and writes beside its own modules: what it wrote may be all there is of it. */
export const ADDED = "what was added would be lost with it: take it to where state belongs " +
  "(`edgeboot help launch`), then remove it here, or let --force do so";

/** Nobody can say any more what the tree should be. */
function damagedRecord(path: string): Damage {
  return { path, what: "content", expected: "the record that was written", found: "another" };
}

function totalsOf(record: TreeRecord | string): { files: number; bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const entry of typeof record === "string" ? [] : record.values()) {
    if (entry.kind !== "file") continue;
    files++;
    bytes += entry.size;
  }
  return { files, bytes };
}
