import { paxRecord } from "./pax_record.ts";

/** What a tar of a layer holds: directories follow from the paths of files. */
export type TarMember =
  & {
    /** relative, canonical, `/` between the parts */
    readonly path: string;
  }
  & (
    | { readonly kind: "file"; readonly size: number; readonly executable: boolean }
    | { readonly kind: "symlink"; readonly target: string }
  );

const BLOCK = 512;
const NAME_FIELD = 100;
const PREFIX_FIELD = 155;
/** Eleven octal digits. */
const LARGEST_SIZE = 8 ** 11 - 1;
const LATEST_TIME = 8 ** 11 - 1;

const FILE_MODE = 0o644;
const PROGRAM_MODE = 0o755;
const LINK_MODE = 0o777;

/**
 * The header of one member, with a PAX extended header in front where ustar has no room for what it says
 * (POSIX.1-2017, pax): a long name, one beyond ASCII, 8 GiB or more. Who made it, and how the files were
 * protected there, is nobody's business: root owns all, modes are those of git.
 * @param modified whole seconds since the epoch
 */
export function tarHeader(member: TarMember, modified: number): Uint8Array {
  const { path } = member;
  const time = tarTime(modified);
  const target = member.kind === "symlink" ? member.target : "";
  const size = member.kind === "file" ? member.size : 0;
  const split = splitName(path);
  const records = [
    ...(split === undefined ? [paxRecord("path", path)] : []),
    ...(fits(target, NAME_FIELD) ? [] : [paxRecord("linkpath", target)]),
    ...(size > LARGEST_SIZE ? [paxRecord("size", String(size))] : []),
  ];
  const own = block({
    ...(split ?? { name: placeholder(path), prefix: "" }),
    flag: member.kind === "file" ? "0" : "2",
    mode: member.kind === "symlink" ? LINK_MODE : member.executable ? PROGRAM_MODE : FILE_MODE,
    size: size > LARGEST_SIZE ? 0 : size,
    link: fits(target, NAME_FIELD) ? target : placeholder(target),
    modified: time,
  });
  if (records.length === 0) return own;
  const text = concatenated(records);
  const extended = block({
    ...{ name: placeholder(`PaxHeaders/${path.slice(path.lastIndexOf("/") + 1)}`), prefix: "" },
    ...{ flag: "x", mode: FILE_MODE, size: text.length, link: "", modified: time },
  });
  return concatenated([extended, text, tarPadding(text.length), own]);
}

/** What follows the content of a file of this size. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - size % BLOCK) % BLOCK);
}

/** Two blocks of zeros end an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK);

/** The nearest time that a header can hold: none before the epoch. */
export function tarTime(seconds: number): number {
  return Math.min(Math.max(0, Math.floor(seconds)), LATEST_TIME);
}

interface Fields {
  readonly name: string;
  readonly prefix: string;
  readonly flag: string;
  readonly mode: number;
  readonly size: number;
  readonly link: string;
  readonly modified: number;
}

function block({ name, prefix, flag, mode, size, link, modified }: Fields): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => {
    for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
  };
  put(0, name);
  put(100, octal(mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(modified, 11));
  put(148, " ".repeat(8));
  put(156, flag);
  put(157, link);
  put(257, "ustar\0" + "00");
  put(329, octal(0, 7));
  put(337, octal(0, 7));
  put(345, prefix);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return bytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** As ustar has it: what does not fit into the name is the directory in front of it. */
function splitName(path: string): { name: string; prefix: string } | undefined {
  if (fits(path, NAME_FIELD)) return { name: path, prefix: "" };
  if (!isAscii(path)) return undefined;
  const slash = path.indexOf("/", path.length - NAME_FIELD - 1);
  if (slash <= 0 || slash > PREFIX_FIELD) return undefined;
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

function fits(text: string, field: number): boolean {
  return text.length <= field && isAscii(text);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}

/** For readers that know no PAX; a name that leads nowhere else. */
function placeholder(path: string): string {
  return path.replace(/[^ -~]/g, "_").replace(/\.\./g, "__").slice(-NAME_FIELD)
    .replace(/^\/+/, "");
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
