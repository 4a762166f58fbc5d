import { oneSha256 } from "../lock/locked_file.ts";

/** A file that an index offers of a project. */
export interface IndexFile {
  readonly name: string;
  /** absolute, without fragment */
  readonly url: string;
  /** 64 hex, where the index says */
  readonly sha256: string | undefined;
  /** bytes, where the index says */
  readonly size: number | undefined;
}

/**
 * Reads what an index answers for a project: JSON (PEP 691) or HTML (PEP 503), whichever came.
 * @param from the page's own address
 * @returns undefined where it is neither
 */
export function parseSimplePage(text: string, from: string): IndexFile[] | undefined {
  return text.trimStart().startsWith("{") ? parseJsonPage(text, from) : parseHtmlPage(text, from);
}

function parseJsonPage(text: string, from: string): IndexFile[] | undefined {
  let page: unknown;
  try {
    page = JSON.parse(text);
  } catch {
    return undefined;
  }
  const files = (page as { files?: unknown }).files;
  if (!Array.isArray(files)) return undefined;
  return files.flatMap((file: Record<string, unknown> | null) => {
    const { filename, url, hashes, size } = file ?? {};
    if (typeof filename !== "string" || typeof url !== "string") return [];
    const digests = Object.entries(hashes ?? {}).map(([name, hex]) => `${name}:${hex}`);
    const bytes = typeof size === "number" ? size : undefined;
    return indexFile(filename, url, from, oneSha256(digests), bytes);
  });
}

const ANCHOR = /<a\s([^>]*)>([^<]*)<\/a\s*>/gi;
const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i;
const BASE = /<base\s([^>]*)>/i;

function parseHtmlPage(text: string, from: string): IndexFile[] | undefined {
  if (!/<(?:!doctype|html|a|body)\b/i.test(text)) return undefined;
  const stated = hrefOf(BASE.exec(text)?.[1] ?? "");
  const base = stated === undefined ? from : new URL(stated, from).href;
  return [...text.matchAll(ANCHOR)].flatMap(([, attributes, name]) => {
    const href = hrefOf(attributes!);
    if (href === undefined) return [];
    const digest = /#(?:.*&)?(\w+)=([0-9a-fA-F]+)/.exec(href);
    const sha256 = oneSha256(digest === null ? [] : [`${digest[1]}:${digest[2]}`]);
    return indexFile(unescaped(name!).trim(), href, base, sha256, undefined);
  });
}

function hrefOf(attributes: string): string | undefined {
  const match = HREF.exec(attributes);
  return match === null ? undefined : unescaped(match[1] ?? match[2]!);
}

function indexFile(
  name: string,
  href: string,
  base: string,
  sha256: string | undefined,
  size: number | undefined,
): IndexFile[] {
  if (!URL.canParse(href, base)) return [];
  const url = new URL(href, base);
  url.hash = "";
  return [{ name, url: url.href, sha256, size }];
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" },
};

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10FFFF ? String.fromCodePoint(code) : whole;
  });
}
