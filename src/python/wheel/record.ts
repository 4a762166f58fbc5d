/** One line of a RECORD (recording installed projects, formerly PEP 376). */
export interface RecordRow {
  readonly path: string;
  /** `sha256=<urlsafe base64 without padding>`; empty for RECORD itself */
  readonly hash: string;
  /** bytes, as written; may be empty */
  readonly size: string;
}

/** undefined where the text is no CSV of three columns, or of fewer where the rest is empty. */
export function parseRecord(text: string): RecordRow[] | undefined {
  const rows = text.includes('"')
    ? parseCsv(text)
    : text.split(/\r?\n|\r/).map((l) => l.split(","));
  const stated = rows?.filter((row) => row.length > 1 || row[0] !== "");
  if (stated === undefined || stated.some((row) => row.length > 3 || row[0] === "")) {
    return undefined;
  }
  return stated.map(([path, hash = "", size = ""]) => ({ path: path!, hash, size }));
}

/** RFC 4180, lines ended as Python's csv module takes them. undefined where a quote has no end. */
function parseCsv(text: string): string[][] | undefined {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\r|\n|$)/y;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) return undefined;
    rows.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] !== ",") rows.push([]);
    else if (field.lastIndex === text.length) rows.at(-1)!.push("");
  }
  return rows.filter((row) => row.length > 0);
}

/** The text that {@link parseRecord} reads. */
export function formatRecord(rows: readonly RecordRow[]): string {
  return rows.map(({ path, hash, size }) => `${quote(path)},${hash},${size}\n`).join("");
}

function quote(path: string): string {
  return /[",\r\n]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}

/** `sha256=…` as RECORD has it, of a digest in hex. */
export function recordHash(sha256: string): string {
  const bytes = Uint8Array.fromHex(sha256);
  return `sha256=${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}
