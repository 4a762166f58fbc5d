/**
 * /etc/ld.so.cache, as glibc's loader reads it (sysdeps/generic/dl-cache.h). Since 2.32 the file is in
 * the new format alone; before, an old table comes first and the new one follows, aligned to 8 bytes.
 *
 *     "glibc-ld.so.cache1.1"  u32 entries  u32 string bytes  u8 flags, 3 unused  u32 extensions  3 × u32
 *     entries × { i32 flags, u32 name, u32 path, u32 os version, u64 hwcap }
 *
 * Names and paths are offsets from the start of the new header.
 */
export interface CachedLibrary {
  readonly soname: string;
  readonly path: string;
  /** kind of library and architecture: FLAG_ELF_LIBC6 and the like */
  readonly flags: number;
}

const MAGIC = "glibc-ld.so.cache1.1";
const OLD_MAGIC = "ld.so-1.7.0";
const OLD_HEADER = 16;
const OLD_ENTRY = 12;
const HEADER = 48;
const ENTRY = 24;

/** An empty list where the file is in no known format: the caller looks into directories then. */
export function parseLdCache(bytes: Uint8Array): CachedLibrary[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = findHeader(bytes, view);
  if (start === undefined) return [];
  const little = isLittleEndian(bytes[start + 28]);
  const count = view.getUint32(start + 20, little);
  if (start + HEADER + count * ENTRY > bytes.length) return [];
  const libraries: CachedLibrary[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + HEADER + index * ENTRY;
    const soname = textAt(bytes, start + view.getUint32(at + 4, little));
    const path = textAt(bytes, start + view.getUint32(at + 8, little));
    libraries.push({ soname, path, flags: view.getUint32(at, little) });
  }
  return libraries;
}

function findHeader(bytes: Uint8Array, view: DataView): number | undefined {
  let start = 0;
  if (hasText(bytes, 0, OLD_MAGIC) && bytes.length >= OLD_HEADER) {
    // The old table has no mark of its byte order; both supported architectures are little-endian.
    const end = OLD_HEADER + view.getUint32(OLD_HEADER - 4, true) * OLD_ENTRY;
    start = Math.ceil(end / 8) * 8;
  }
  return hasText(bytes, start, MAGIC) && start + HEADER <= bytes.length ? start : undefined;
}

/** cache_file_new_flags_endian_*: 0 where an older ldconfig left it out, 2 little, 3 big. */
function isLittleEndian(flags: number | undefined): boolean {
  return (flags ?? 0) % 4 !== 3;
}

function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  return [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
}

function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return new TextDecoder().decode(bytes.subarray(at, end < 0 ? bytes.length : end));
}
