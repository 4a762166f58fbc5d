import type { Sha256 } from "../../model/digest.ts";
import type { Hasher, Host } from "../../host/ports.ts";
import { readEnvironmentRecord, RECORD_NAME } from "../environment/record.ts";
import { giveUp } from "../environment/whole.ts";
import type { CacheLayout } from "../layout.ts";
import { soundLocks } from "../work_lock.ts";
import { checkEnvironment } from "./environment_check.ts";
import { holdEnvironment } from "./environments.ts";
import { noteTime, notMoved, type Quarantine, whyKept } from "./quarantine.ts";
import { ADDED, type Checked } from "./verification.ts";
import type { Damage } from "./verifier.ts";

type VerificationHost = Pick<Host, "fs" | "codecs" | "locks" | "process">;

/**
 * Compares environments with what they were when they were made. They are derived: a damaged one is moved to
 * quarantine, and the next start makes another.
 * @param force move it also from under an app that runs in it, and with what was added to it
 */
export async function verifyEnvironments(
  keys: readonly Sha256[],
  force: boolean,
  layout: CacheLayout,
  host: VerificationHost,
): Promise<Checked[]> {
  if (keys.length === 0) return [];
  const newHash = await host.codecs.sha256Factory();
  return keys.map((key) => verifyEnvironment(key, force, layout, host, newHash));
}

function verifyEnvironment(
  key: Sha256,
  force: boolean,
  layout: CacheLayout,
  host: VerificationHost,
  newHash: () => Hasher,
): Checked {
  const { fs } = host;
  const path = layout.environment(key);
  const subject = { kind: "environment", digest: key, path, files: 0, bytes: 0 } as const;
  if (fs.lstat(path) === undefined) return { ...subject, state: "absent", damage: [] };
  const record = readEnvironmentRecord(key, layout, host, newHash);
  if (record === "none") return { ...subject, state: "no record", damage: [] };
  const damage = record === "damaged"
    ? [damagedRecord()]
    : checkEnvironment(record, layout, fs, newHash);
  if (damage.length === 0) return { ...subject, state: "sound", damage };
  const onlyAdded = damage.every(({ what }) => what === "extra");
  const quarantine = onlyAdded && !force
    ? { kept: ADDED }
    : quarantineEnvironment(key, force, layout, host);
  return { ...subject, state: "damaged", damage, quarantine };
}

function damagedRecord(): Damage {
  return {
    ...{ path: RECORD_NAME, what: "content", expected: "the record that was written" },
    found: "another",
  };
}

/**
 * Moves a damaged environment away with its lease locked exclusively, or where `force` says so. One that is in
 * use stays as it is, and the next start makes another in its place.
 */
function quarantineEnvironment(
  key: Sha256,
  force: boolean,
  layout: CacheLayout,
  host: VerificationHost,
): Quarantine {
  const { fs, process } = host;
  const path = layout.environment(key);
  const lock = holdEnvironment(key, layout, { fs, locks: soundLocks(layout, host) });
  try {
    if (typeof lock === "string" && !force) {
      giveUp(path, fs);
      const why = lock === "in-use" ? "busy" : lock === "no-lease" ? "absent" : "unsupported";
      const reason = whyKept(why, layout.environmentLease(key), host);
      return { kept: `${reason}; the next start makes another in its place` };
    }
    const to = layout.quarantinedEnvironment(key, process.randomId());
    fs.makeDir(layout.quarantine, { recursive: true });
    fs.rename(path, to);
    fs.syncDir(layout.environments);
    noteTime(to, fs);
    return { moved: to };
  } catch (error) {
    return notMoved(error);
  } finally {
    if (typeof lock === "object") lock.release();
  }
}
