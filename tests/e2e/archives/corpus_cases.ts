import { crc32, inflateRawSync, zstdCompressSync } from "node:zlib";
import { corpus, filesIn } from "../../archive/corpora.ts";
import {
  CONTAINED,
  decisionOnZip,
  IFFY_DEFLATE,
  IFFY_TAR,
  IFFY_ZSTD,
  NODE_TAR_REFUSED,
  STRICTER,
} from "../../archive/decisions.ts";
import { decompress } from "../../archive/streams.ts";
import { concat } from "../../archive/support.ts";
import { END, entry } from "../../archive/tar/build.ts";
import { buildZip } from "../../archive/zip/build.ts";
import type { Settings } from "./attempt.ts";

/** One archive of a corpus, and what must come of it. */
export interface Case {
  /** line of the table: "malo tar malicious" */
  readonly group: string;
  readonly name: string;
  /** a file, or bytes to be put into one */
  readonly archive: string | Uint8Array;
  readonly want: Want;
  readonly settings?: Settings;
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
/** What is in front of these zips is no `#!` line, so nothing takes them for zips. */
const UNKNOWN: Want = {
  verdict: "a zip archive with something in front of it, which looks like data of no known format",
};
/** What they make stays inside of the tree. */
const HARMLESS = Object.keys(CONTAINED);
const GROUPS = ["accept", "iffy", "malicious", "reject"] as const;

/** All that is there; empty where the corpora are absent. */
export async function corpusCases(): Promise<Case[]> {
  return [
    ...await malo("tar", ".tar", (path, group, name) => ({
      archive: path,
      want: wanted(group, IFFY_TAR[name]?.[0], HARMLESS.includes(name) ? ACCEPTED : REFUSED),
    })),
    ...await malo("zip", ".zip", (path, group, name) => ({
      archive: path,
      want: name.startsWith("prefix") ? UNKNOWN : wanted(group, decisionOf(name), REFUSED),
    })),
    ...await malo("zstd", ".zst", zstdCase),
    ...await malo("deflate", ".deflate", deflateInZip),
    ...await malo("deflate", ".deflate", deflateInGzip, " in gzip"),
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

type Made = Pick<Case, "archive" | "want" | "settings">;

async function malo(
  format: string,
  ending: string,
  make: (path: string, group: string, name: string) => Made | Promise<Made>,
  suffix = "",
): Promise<Case[]> {
  const made: Case[] = [];
  for (const group of GROUPS) {
    const { path, absent } = corpus(`malo/${format}/${group}`);
    for (const name of absent ? [] : filesIn(path, ending)) {
      const one = await make(`${path}/${name}`, group, name);
      made.push({ group: `malo ${format}${suffix} ${group}`, name, ...one });
    }
  }
  return made;
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

function decisionOf(zip: string): string | undefined {
  return decisionOnZip(zip)?.replace(/:.*/, "");
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
async function zstdCase(path: string, group: string, name: string): Promise<Made> {
  const packed = Deno.readFileSync(path);
  const decision = IFFY_ZSTD[name]?.[0];
  // Without its magic it is not even a candidate.
  const rules = /^zstd-|^data of no known format$/;
  const want = wanted(group, decision, { refused: true, rules });
  const frame = (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes));
  if (group !== "accept" && decision !== "accepted") {
    // Alone: what follows could only help it.
    return { archive: packed, want };
  }
  const size = (await decompress(packed, "zstd")).bytes.length;
  const filler = new Uint8Array((512 - size % 512) % 512);
  const head = frame(entry({ name: "content", size }));
  const archive = concat(head, packed, frame(concat(filler, END)));
  return { archive, want, settings: { EDGEBOOT_MAX_RATIO: "1000000" } };
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
function deflateInGzip(path: string, group: string, name: string): Made {
  const packed = Deno.readFileSync(path);
  const content = group === "accept" || group === "iffy"
    ? inflated(packed)
    : new TextEncoder().encode("hello");
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(content), true);
  trailer.setUint32(4, content.length, true);
  const header = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  // This one makes a block of no tar before it ends too early.
  const isTar = ["accept", "iffy"].includes(group) || name === "truncated_dynamic.deflate";
  return {
    archive: concat(header, packed, new Uint8Array(trailer.buffer)),
    want: { refused: true, rules: isTar ? /^tar-/ : /^gzip-/ },
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
