import { format as formatBytes } from "@std/fmt/bytes";
import { FsError } from "../../host/ports.ts";
import type { Manager } from "../../store/mod.ts";
import { type Check, ok, problem, warning } from "./check.ts";
import type { WithCache } from "./surroundings.ts";

/** What is in the cache; read through a host that changes nothing. */
export async function checkCacheContent({ context }: WithCache): Promise<Check[]> {
  const manager = await context.store.manager();
  try {
    const usage = manager.list();
    const bytes = usage.reduce((sum, tree) => sum + tree.bytes, 0);
    const running = usage.filter(({ hold }) => hold === "in-use").length;
    const unleased = usage.filter(({ hold }) => hold === "no-lease").length;
    const facts = { trees: usage.length, bytes, in_use: running, without_lease: unleased };
    const count = usage.length === 1 ? "1 tree" : `${usage.length} trees`;
    const without = unleased === 0 ? "" : `, ${unleased} without a lease (never collected)`;
    const text = usage.length === 0
      ? "nothing is cached"
      : `${count}, ${formatBytes(bytes)}, ${running} in use${without}`;
    return [ok("content", text, { facts }), ...leftovers(manager), ...quarantine(manager)];
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

function leftovers(manager: Manager): Check[] {
  const { works, files } = manager.leftovers();
  if (works + files === 0) return [];
  const text = `${works} work directories and ${files} files of killed processes`;
  return [warning("leftovers", text, "`edgeboot cache gc` removes them", {
    facts: { works, files },
  })];
}

function quarantine(manager: Manager): Check[] {
  const damaged = manager.quarantined();
  if (damaged.length === 0) return [];
  const bytes = damaged.reduce((sum, item) => sum + item.bytes, 0);
  const what = damaged.length === 1
    ? "1 damaged tree or release"
    : `${damaged.length} damaged trees or releases`;
  return [warning(
    "quarantine",
    `${what}, ${formatBytes(bytes)}`,
    "look at the disk and at who may write there (`edgeboot cache list --quarantine`); starts fetch them " +
      "anew, and `edgeboot cache gc --quarantine-age 0s` removes them",
    { facts: { count: damaged.length, bytes } },
  )];
}
