import { firstOf, needsRoot } from "./e2e.ts";

const V1 = "/sys/fs/cgroup/memory";
const V2 = "/sys/fs/cgroup";

/** Where groups with a limit of memory can be made; undefined where nowhere. */
const place = findPlace();

/** Why no process can be limited to so much memory here, or undefined. */
export const needsMemoryCgroup = firstOf(
  needsRoot,
  place === undefined ? "there is no cgroup controller of memory" : undefined,
);

function findPlace(): { readonly root: string; readonly limit: string } | undefined {
  const places = [{ root: V1, limit: "memory.limit_in_bytes" }, { root: V2, limit: "memory.max" }];
  return places.find(({ root, limit }) => {
    const probe = `${root}/edgeboot-probe-${crypto.randomUUID()}`;
    try {
      Deno.mkdirSync(probe);
    } catch {
      return false;
    }
    try {
      return Deno.statSync(`${probe}/${limit}`).isFile;
    } catch {
      return false;
    } finally {
      Deno.removeSync(probe);
    }
  });
}

/** A control group of its own: whoever is in it shares so much memory, the page cache of its files included. */
export class MemoryCgroup implements Disposable {
  readonly #path = `${place!.root}/edgeboot-${crypto.randomUUID()}`;

  constructor(mebibytes: number) {
    Deno.mkdirSync(this.#path);
    Deno.writeTextFileSync(`${this.#path}/${place!.limit}`, String(mebibytes * 1024 ** 2));
  }

  /** The command line that runs `argv` in it. */
  within(argv: readonly string[]): [string, ...string[]] {
    return ["sh", "-c", `echo $$ > ${this.#path}/cgroup.procs && exec "$@"`, "sh", ...argv];
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#path);
  }
}
