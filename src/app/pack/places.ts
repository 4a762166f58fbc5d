import { FsError } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Reporter } from "../events.ts";
import { openContext } from "../open.ts";
import type { PackContext } from "./context.ts";

/**
 * Lends `act` a directory of its own, and a cache apart from the one that apps start from: layers are unpacked
 * there to be looked at, and what is packed is started from there to see whether it works.
 * @param output absolute; the registry that is packed into
 */
export async function withPlaces<T>(
  output: string,
  session: Context,
  act: (context: PackContext) => Promise<T>,
): Promise<T> {
  const { host } = session;
  const { fs, process } = host;
  const umask = process.umask(0o022);
  const work = `${output}/${WORK}${process.randomId()}`;
  try {
    fs.makeDir(output, { recursive: true });
    removeAbandoned(output, host);
    fs.makeDir(work, { mode: 0o700 });
    const keep = session.store.packingPath();
    const config = {
      ...session.config,
      registry: { value: output, origin: "--output" },
      cache: { value: `${keep}/cache`, origin: "--output" },
      python: undefined,
      entry: undefined,
      offline: false,
      limits: { packed: undefined, unpacked: Infinity, entries: undefined, ratio: Infinity },
    };
    const inner = openContext({ config, host, report: quiet(session.report) });
    return await act({ ...inner, session, work, keep });
  } finally {
    fs.removeTree(work);
    process.umask(umask);
  }
}

const WORK = ".work-";
/** Longer than any pack takes. */
const ABANDONED_MS = 24 * 60 * 60_000;

/** What packs that were killed have left: nobody else would ever remove it. */
function removeAbandoned(output: string, { fs, clock }: Context["host"]): void {
  for (const { name } of fs.readDir(output)) {
    const path = `${output}/${name}`;
    const stat = name.startsWith(WORK) ? fs.lstat(path) : undefined;
    if (stat === undefined || stat.mtimeMs > clock.now() - ABANDONED_MS) continue;
    try {
      fs.removeTree(path);
    } catch (error) {
      // Another user's: it is theirs to remove.
      if (!(error instanceof FsError)) throw error;
    }
  }
}

/** The steps of a start within a pack are nobody's news, but what they warn of is. */
function quiet(report: Reporter): Reporter {
  return {
    event: (event) => {
      if (event.kind === "warning" || event.kind === "detail") report.event(event);
    },
  };
}
