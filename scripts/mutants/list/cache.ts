import { changes, type Mutant } from "../mutant.ts";

const ingest = changes("src/store/ingest/ingest.ts", ["tests/store/ingest/ingest_test.ts"]);
const lease = changes("src/store/lease.ts", ["tests/store/lease_test.ts"]);
const download = changes("src/store/ingest/download.ts", ["tests/store/ingest/download_test.ts"]);
const work = changes("src/store/ingest/work.ts", ["tests/store/ingest/ingester_test.ts"]);
const layerLock = changes("src/store/ingest/layer_lock.ts", [
  "tests/store/ingest/layer_lock_test.ts",
]);
const collector = changes("src/store/manage/collector.ts", [
  "tests/store/manage/collector_test.ts",
]);
const plan = changes("src/store/manage/collect_plan.ts", [
  "tests/store/manage/collect_plan_test.ts",
]);
const unowned = changes("src/store/manage/unowned.ts", ["tests/store/manage/sweep_test.ts"]);
const sweep = changes("src/store/manage/sweep.ts", ["tests/store/manage/sweep_test.ts"]);
const retention = changes("src/store/manage/retention.ts", [
  "tests/store/manage/retention_test.ts",
]);
const record = changes("src/store/tree_record.ts", ["tests/store/tree_record_test.ts"]);
const records = changes("src/store/records.ts", ["tests/store/records_test.ts"]);
const refRecord = changes("src/store/ref_record.ts", ["tests/store/records_test.ts"]);
const stranger = changes("src/model/ownership.ts", ["tests/model/ownership_test.ts"]);
const ownership = changes("src/store/ownership.ts", ["tests/store/ownership_test.ts"]);
const root = changes("src/store/root.ts", ["tests/store/root_test.ts"]);
const directories = changes("src/store/root_directories.ts", [
  "tests/store/root_directories_test.ts",
]);
const verification = changes("src/store/manage/verification.ts", [
  "tests/store/manage/verification_test.ts",
]);

export const CACHE: readonly Mutant[] = [
  ingest(
    "if (found !== expected.sha256) {",
    "if (found.slice(0, 12) !== expected.sha256.slice(0, 12)) {",
    "the digest of a layer is compared by its first twelve digits",
    "never",
  ),
  ingest(
    "if (size > limit) throw tooLong(",
    "if (size < 0) throw tooLong(",
    "a layer fills the disk, whatever its stated size",
  ),
  ingest(
    "if (size === 0) head = piece.slice(0, HEAD_BYTES);\n    hash.update(piece);",
    "if (size === 0) head = piece.slice(0, HEAD_BYTES);",
    "what an earlier attempt left is not hashed",
  ),
  lease(
    'if (named === undefined || !isSame(named, lock)) return "replaced";',
    'if (named === undefined) return "replaced";',
    "a lease file that was replaced between open and look is held: the tree can be collected",
    "never",
  ),
  lease(
    'locks.tryLock(path, "shared", { create });',
    'locks.tryLock(path, "exclusive", { create });',
    "a starter locks exclusively, and the second one waits for the first one's end",
    "never",
  ),
  lease(
    "held.ino === ino && held.dev === dev",
    "held.ino === ino",
    "files of two file systems pass for one",
  ),
  lease(
    'if (lock === "absent" && !create) return undefined;',
    "",
    "a warm start writes to the cache",
  ),
  collector(
    'if (typeof lock === "object" && (named === undefined || !isSame(named, lock))) {',
    'if (typeof lock === "object" && named === undefined) {',
    "the collector removes a tree under a lease that is not the one it locked",
  ),
  collector(
    'if (lock === "busy") return { kind: "held", hold: "in-use" };',
    "",
    "the collector removes what runs where nobody can tell",
  ),
  plan(
    'if (tree.keptBy?.rank === "pinned") return { keep: "pinned" };',
    "",
    "what is pinned goes by age",
  ),
  plan(
    'return hold !== "in-use" && unlockedAgeMs !== undefined',
    "return unlockedAgeMs !== undefined",
    "what runs is collected once it is old",
  ),
  plan(
    'if (tree.keptBy !== undefined) return { keep: "kept" };',
    "",
    "what a kept release needs goes for room",
  ),
  unowned(
    "if (named === undefined || !isSame(named, lock)) return false;",
    "if (named === undefined) return false;",
    "work of a living process is swept away",
  ),
  sweep("if (!treeless()) return;", "", "the lease of a tree that has just come is removed"),
  retention("if (keep === 0) return kept;", "", "`--keep 0` keeps what a channel stands for"),
  download(
    'if (offset === 0 || typeof url !== "string") return undefined;',
    'if (typeof url !== "string") return undefined;',
    "an empty download is continued",
  ),
  download(
    'const second = locks.tryLock(path, "exclusive");\n  if (second === "busy") return lock;',
    'const second = "busy" as string | Lock;\n  if (second === "busy") return lock;',
    "a file system that grants every lock makes two processes write one download",
  ),
  layerLock(
    "if (named !== undefined && isSame(named, lock)) return lock;",
    "if (named !== undefined) return lock;",
    "two processes hold what they take for one lock",
  ),
  layerLock(
    "keep = !waiting.isThere();",
    "keep = true;",
    "a layer is fetched again behind another's",
  ),
  work(
    "await fs.syncFileSystem(treePath);",
    "",
    "a tree becomes visible before its contents are on the disk",
  ),
  work("fs.syncDir(this.layout.trees);", "", "a power cut takes a published tree's name away"),
  record(
    "if (text.slice(end) !== `${JSON.stringify({ sha256: hash.digestHex() })}\\n`) return undefined;",
    "",
    "a record that was changed is believed by `verify`",
  ),
  records(
    "if (this.release(digest) === text) return true;",
    "if (this.release(digest) !== undefined) return true;",
    "a release that the disk has damaged is never replaced",
  ),
  records(
    "if (durable) file.sync();",
    "",
    "a power cut leaves an empty ref, and nothing starts offline",
  ),
  refRecord("pinned: before?.pinned,", "pinned: undefined,", "a fetch takes a pin away"),
  stranger(
    'return { kind: "owner", uid };',
    "return undefined;",
    "another user's cache is started from",
  ),
  stranger(
    'if ((mode & OTHERS_WRITE) !== 0) return { kind: "everybody" };',
    "",
    "a cache that all can write is started from",
  ),
  stranger(
    "gid === 0 || gid === uid || gid === self",
    "true",
    "a cache that a group can write is started from",
  ),
  ownership(
    'stranger.kind !== "owner" && isOutside && isSticky',
    "isSticky",
    "a stranger's directory is believed for its sticky bit",
  ),
  ownership(
    "rest.unshift(...parts(target, next.isOutside));",
    "return;",
    "where a link leads is not looked at",
  ),
  layerLock(
    'return isOwn(path, fs) ? "busy" : replaced(path, fs);',
    'return "busy";',
    "whoever may read a lock keeps starts waiting",
  ),
  root(
    "(stat.mode & 0o022) === 0);",
    "(stat.mode & 0o002) === 0);",
    "a guessable directory in /tmp that a group may write to is used",
  ),
  root(
    "isPrivate: true };",
    "isPrivate: false };",
    "a directory of our own in /tmp is made open to others",
  ),
  directories(
    "fs.makeDir(versionRoot, { recursive: true });\n    this.check();",
    "fs.makeDir(versionRoot, { recursive: true });",
    "a v1 that another user made meanwhile is written into",
  ),
  verification(
    "if (found === digest) return",
    "if (found.slice(0, 12) === digest.slice(0, 12)) return",
    "a stored release is verified by its first twelve digits",
  ),
];
