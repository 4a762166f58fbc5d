import type { WheelName } from "../../model/wheel_name.ts";
import type { InstalledFile } from "./recipe.ts";
import { formatRecord, recordHash } from "./record.ts";
import { invalidWheel } from "./refusal.ts";

/** The files of one wheel as they are decided on: each target once, and none that is not the wheel's to fill. */
export class InstalledFiles {
  readonly #files = new Map<string, InstalledFile>();

  constructor(
    private readonly name: WheelName,
    private readonly reserved: ReadonlySet<string>,
  ) {}

  /** @throws EdgebootError WHEEL_INVALID (65) where another file, of another content, goes there, too */
  add(file: InstalledFile): void {
    const { target } = file;
    if (this.reserved.has(target)) {
      throw invalidWheel(this.name, `it would replace ${target}, which the environment has itself`);
    }
    const before = this.#files.get(target);
    if (before !== undefined && before.sha256 !== file.sha256) {
      throw invalidWheel(this.name, `two of its files go to ${target}`);
    }
    if (before === undefined) this.#files.set(target, file);
  }

  sorted(): InstalledFile[] {
    return [...this.#files.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
  }

  /**
   * The RECORD of what was added: paths from site-packages, and a last line for itself, without digest.
   * @param distInfo relative to site-packages
   */
  record(site: string, distInfo: string): string {
    const rows = this.sorted().map(({ target, sha256, size }) => ({
      path: relative(site, target),
      hash: recordHash(sha256),
      size: String(size),
    }));
    return formatRecord([...rows, { path: `${distInfo}/RECORD`, hash: "", size: "" }]);
  }
}

/** `bin/x` from `lib/python3.11/site-packages` is `../../../bin/x`. */
function relative(site: string, target: string): string {
  if (site === "") return target;
  if (target.startsWith(`${site}/`)) return target.slice(site.length + 1);
  const [from, to] = [site.split("/"), target.split("/")];
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
}
