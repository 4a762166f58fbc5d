import { format as formatBytes } from "@std/fmt/bytes";
import { FsError } from "../../host/ports.ts";
import { sweep } from "../../store/sweep.ts";
import { listUsage } from "../../store/usage.ts";
import { type Check, ok, problem, warning } from "./check.ts";
import type { Opened } from "./subject.ts";

/** What is in the cache; read through a host that changes nothing. */
export function checkCacheContent({ context }: Opened): Check[] {
  const { store: { layout }, host } = context;
  try {
    const usage = listUsage(layout, host);
    const bytes = usage.reduce((sum, tree) => sum + tree.bytes, 0);
    const running = usage.filter(({ hold }) => hold === "in-use").length;
    const unleased = usage.filter(({ hold }) => hold === "no-lease").length;
    const facts = { trees: usage.length, bytes, in_use: running, without_lease: unleased };
    const count = usage.length === 1 ? "1 tree" : `${usage.length} trees`;
    const without = unleased === 0 ? "" : `, ${unleased} without a lease (never collected)`;
    const text = usage.length === 0
      ? "nothing is cached"
      : `${count}, ${formatBytes(bytes)}, ${running} in use${without}`;
    return [ok("content", text, { facts }), ...leftovers(context), ...quarantine(context)];
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return [problem(
      "content",
      "PERMISSION_DENIED",
      error.message,
      "let this user read the cache, or choose another with --cache DIR",
    )];
  }
}

function leftovers({ store: { layout }, host }: Opened["context"]): Check[] {
  const { works, files } = sweep(layout, host, true);
  if (works + files === 0) return [];
  const text = `${works} work directories and ${files} files of killed processes`;
  return [warning("leftovers", text, "`edgeboot cache gc` removes them", {
    facts: { works, files },
  })];
}

function quarantine({ store: { layout }, host }: Opened["context"]): Check[] {
  if (host.fs.stat(layout.quarantine) === undefined) return [];
  const names = host.fs.readDir(layout.quarantine).map(({ name }) => name)
    .filter((name) => !/\.jsonl$/.test(name));
  if (names.length === 0) return [];
  return [warning(
    "quarantine",
    `${names.length} damaged trees or releases in ${layout.quarantine}`,
    "check the disk and who may write there, then remove that directory; starts fetch them anew",
    { facts: { count: names.length } },
  )];
}
