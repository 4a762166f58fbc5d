import { crc32, inflateRawSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { corpus, filesIn } from "../../archive/corpora.ts";
import {
  decisionOnZip,
  IFFY_DEFLATE,
  IFFY_TAR,
  IFFY_ZSTD,
  NODE_TAR_REFUSED,
  STRICTER,
} from "../../archive/decisions.ts";
import { concat } from "../../archive/support.ts";
import { END, entry } from "../../archive/tar/build.ts";
import { buildZip } from "../../archive/zip/build.ts";

/** One archive of a corpus, and what must come of it. */
export interface Case {
  /** line of the table: "malo tar malicious" */
  readonly group: string;
  readonly name: string;
  /** a file, or bytes to be put into one */
  readonly archive: string | Uint8Array;
  readonly want: Want;
}

/**
 * "accepted"; "refused" by any named rule, of which those that begin so; the one rule; or "either":
 * what counts is that nothing outside changes, which holds for all of them.
 */
export type Want =
  | { readonly verdict: string }
  | { readonly refused: true; readonly rules?: RegExp }
  | { readonly either: true };

const ACCEPTED: Want = { verdict: "accepted" };
const REFUSED: Want = { refused: true };
/** Their links stay inside of the tree: contained. */
const LINKS = ["hardlink.tar", "symlink.tar"];
const GROUPS = ["accept", "iffy", "malicious", "reject"] as const;

/** All that is there; empty where the corpora are absent. */
export function corpusCases(): Case[] {
  return [
    ...malo("tar", ".tar", (path, group, name) => ({
      archive: path,
      want: wanted(group, IFFY_TAR[name]?.[0], LINKS.includes(name) ? ACCEPTED : REFUSED),
    })),
    ...malo("zip", ".zip", (path, group, name) => ({
      archive: path,
      want: wanted(group, decisionOnZip(name)?.replace(/:.*/, ""), REFUSED),
    })),
    ...malo("zstd", ".zst", zstdCase),
    ...malo("deflate", ".deflate", deflateInZip),
    ...malo("deflate", ".deflate", deflateInGzip, " in gzip"),
    ...cases("jwilk", "jwilk-traversal", [".tar", ".zip"], () => REFUSED),
    ...cpythonFilters(),
    ...cases("node-tar tars", "node-tar/test/fixtures/tars", [".tar"], (name) => ({
      verdict: NODE_TAR_REFUSED[name] ?? "accepted",
    })),
    ...cases("node-tar", "node-tar/test/fixtures", [".tar", ".tzst", ".tgz"], (name) => ({
      verdict: name === "excessively-deep.tar" ? "path-too-long" : "accepted",
    })),
    ...cases(
      "CPython archivetestdata",
      "cpython-archivetestdata",
      ["exe_with_z64"],
      () => ACCEPTED,
    ),
    ...cases(
      "CPython archivetestdata",
      "cpython-archivetestdata",
      ["exe_with_zip"],
      () => ACCEPTED,
    ),
    ...cases(
      "CPython archivetestdata",
      "cpython-archivetestdata",
      [".tar", ".xz", ".zip"],
      (name) => name === "zipdir.zip" ? ACCEPTED : REFUSED,
    ),
  ];
}

type Made = { readonly archive: string | Uint8Array; readonly want: Want };

function malo(
  format: string,
  ending: string,
  make: (path: string, group: string, name: string) => Made,
  suffix = "",
): Case[] {
  return GROUPS.flatMap((group) => {
    const { path, absent } = corpus(`malo/${format}/${group}`);
    const names = absent ? [] : filesIn(path, ending);
    return names.map((name) => ({
      group: `malo ${format}${suffix} ${group}`,
      name,
      ...make(`${path}/${name}`, group, name),
    }));
  });
}

function cases(
  group: string,
  folder: string,
  endings: readonly string[],
  want: (name: string) => Want,
): Case[] {
  const { path, absent } = corpus(folder);
  const names = absent ? [] : filesIn(path, ...endings);
  return names.map((name) => ({ group, name, archive: `${path}/${name}`, want: want(name) }));
}

function wanted(group: string, decision: string | undefined, otherwise: Want): Want {
  if (group === "accept") return ACCEPTED;
  return group === "iffy" ? { verdict: decision ?? "without a decision" } : otherwise;
}

/**
 * malo's zstd files hold no tar, so they become the content of one: its header in a frame before
 * them, its end in a frame behind them. What is to be refused is refused for its own sake only by a
 * rule of zstd.
 */
function zstdCase(path: string, group: string, name: string): Made {
  const packed = Deno.readFileSync(path);
  const decision = IFFY_ZSTD[name]?.[0];
  const want = wanted(group, decision, { refused: true, rules: /^zstd-/ });
  const frame = (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes));
  if (group !== "accept" && decision !== "accepted") {
    // Alone: what follows could only help it.
    return { archive: packed, want };
  }
  const size = new Uint8Array(zstdDecompressSync(packed)).length;
  const filler = new Uint8Array((512 - size % 512) % 512);
  const head = frame(entry({ name: "content", size }));
  return { archive: concat(head, packed, frame(concat(filler, END))), want };
}

/** A zip that is right in all but the deflate stream; its size and CRC are what zlib gets out. */
function deflateInZip(path: string, group: string, name: string): Made {
  const packed = Deno.readFileSync(path);
  const content = inflated(packed);
  const truth = { crc: crc32(content), size: content.length };
  const data = { name: "data", deflate: true, packed, local: truth, central: truth };
  return {
    archive: buildZip({ entries: [data] }),
    want: wanted(group, IFFY_DEFLATE[name]?.[0], { refused: true, rules: /^zip-/ }),
  };
}

/** In gzip the contents are no tar, so what is right is refused as tar and not as gzip. */
function deflateInGzip(path: string, group: string): Made {
  const packed = Deno.readFileSync(path);
  const content = group === "accept" || group === "iffy"
    ? inflated(packed)
    : new TextEncoder().encode("hello");
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(content), true);
  trailer.setUint32(4, content.length, true);
  const header = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  const rules = group === "accept" || group === "iffy" ? /^tar-/ : /^gzip-/;
  return {
    archive: concat(header, packed, new Uint8Array(trailer.buffer)),
    want: { refused: true, rules },
  };
}

function inflated(packed: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(packed));
  } catch {
    return new Uint8Array(0); // the reader must refuse it by itself
  }
}

function cpythonFilters(): Case[] {
  const { path, absent } = corpus("cpython-tarfile-filters");
  if (absent) return [];
  const index: Record<string, { outcomes: [filter: string, outcome: string][] }> = JSON.parse(
    Deno.readTextFileSync(`${path}/index.json`),
  );
  return cases("CPython filters", "cpython-tarfile-filters", [".tar"], (name) => {
    const data = index[name]?.outcomes.find(([filter]) => filter === "data")?.[1];
    const stricter = STRICTER[name];
    if (stricter !== undefined) return { verdict: stricter };
    if (data === undefined) return { either: true };
    return data === "accepted" ? ACCEPTED : REFUSED;
  });
}
