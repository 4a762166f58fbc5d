/**
 * Recovers the base runtime from an executable made by `deno compile` (ELF64, little-endian).
 *
 * libsui leaves the base image as it was. It appends, after zeros for alignment, a copy of the
 * program header table with two entries more (PT_LOAD and PT_NOTE), the program itself as a note, a
 * copy of `.shstrtab`, and a copy of the section header table with two entries more, and then points
 * four header fields at the copies. Undoing it is therefore exact: find the original section header
 * table, restore the four fields, and cut off everything after it.
 */

export const E_ENTRY = 24;
export const E_PHOFF = 32;
const E_SHOFF = 40;
const E_PHENTSIZE = 54;
export const E_PHNUM = 56;
const E_SHENTSIZE = 58;
const E_SHNUM = 60;
const E_SHSTRNDX = 62;

const EHDR_SIZE = 64;
export const PHDR_SIZE = 56;
const SHDR_SIZE = 64;
const PT_PHDR = 6;

/** What libsui adds, and so what is taken away: `.sui.phdrs` and `.note.sui`. */
const ADDED_SECTIONS = [".sui.phdrs", ".note.sui"];
const ADDED = ADDED_SECTIONS.length;

/** @throws {Error} when the image is not an ELF file that carries exactly one libsui append. */
export function restoreBase(image: Uint8Array): Uint8Array<ArrayBuffer> {
  const elf = readHeader(image);
  const names = Array.from({ length: ADDED }, (_, i) => sectionName(elf, elf.shnum - ADDED + i));
  if (names.join() !== ADDED_SECTIONS.join()) {
    throw new Error(`ELF: last sections are "${names.join('", "')}": no program was appended`);
  }
  const appendAt = fileOffset(elf, elf.shnum - ADDED);
  const shoff = findOriginalSections(elf, appendAt);
  checkOriginalSegments(elf);

  const base = image.slice(0, shoff + (elf.shnum - ADDED) * SHDR_SIZE);
  const view = new DataView(base.buffer);
  view.setBigUint64(E_PHOFF, BigInt(EHDR_SIZE), true);
  view.setBigUint64(E_SHOFF, BigInt(shoff), true);
  view.setUint16(E_PHNUM, elf.phnum - ADDED, true);
  view.setUint16(E_SHNUM, elf.shnum - ADDED, true);
  return base;
}

export const E_MACHINE = 18;
/** e_machine, as target triples name it. */
const MACHINES: Readonly<Record<number, string>> = { 62: "x86_64", 183: "aarch64" };

/** What the executable runs on. @throws {Error} when it is no ELF file */
export async function machineOf(path: string): Promise<string> {
  using file = await Deno.open(path);
  const header = new Uint8Array(EHDR_SIZE);
  const view = new DataView(header.buffer);
  if (await file.read(header) !== EHDR_SIZE || view.getUint32(0) !== 0x7f454c46) {
    throw new Error(`ELF: ${path} is not an ELF file`);
  }
  const machine = view.getUint16(E_MACHINE, true);
  return MACHINES[machine] ?? `machine ${machine}`;
}

interface Elf {
  readonly image: Uint8Array;
  readonly view: DataView;
  readonly phoff: number;
  readonly phnum: number;
  readonly shoff: number;
  readonly shnum: number;
  readonly shstrndx: number;
}

function readHeader(image: Uint8Array): Elf {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  // EI_MAG, EI_CLASS = 64 bit, EI_DATA = little-endian (System V ABI, "ELF Identification").
  if (
    image.length < EHDR_SIZE || view.getUint32(0) !== 0x7f454c46 || view.getUint16(4) !== 0x0201
  ) {
    throw new Error("ELF: not a 64-bit little-endian ELF file");
  }
  const elf: Elf = {
    image,
    view,
    phoff: Number(view.getBigUint64(E_PHOFF, true)),
    phnum: view.getUint16(E_PHNUM, true),
    shoff: Number(view.getBigUint64(E_SHOFF, true)),
    shnum: view.getUint16(E_SHNUM, true),
    shstrndx: view.getUint16(E_SHSTRNDX, true),
  };
  if (
    view.getUint16(E_PHENTSIZE, true) !== PHDR_SIZE ||
    view.getUint16(E_SHENTSIZE, true) !== SHDR_SIZE ||
    elf.phoff + elf.phnum * PHDR_SIZE > image.length ||
    elf.shoff + elf.shnum * SHDR_SIZE > image.length
  ) {
    throw new Error("ELF: a header table lies outside the file: truncated download?");
  }
  if (elf.phnum <= ADDED || elf.shnum <= ADDED + 1 || elf.shstrndx >= elf.shnum - ADDED) {
    throw new Error("ELF: too few headers: no program was appended");
  }
  return elf;
}

/** sh_offset of section `index`. */
function fileOffset(elf: Elf, index: number): number {
  return Number(elf.view.getBigUint64(elf.shoff + index * SHDR_SIZE + 24, true));
}

function sectionName(elf: Elf, index: number): string {
  const at = fileOffset(elf, elf.shstrndx) +
    elf.view.getUint32(elf.shoff + index * SHDR_SIZE, true);
  const end = elf.image.indexOf(0, at);
  return new TextDecoder("latin1").decode(elf.image.subarray(at, Math.max(at, end)));
}

/**
 * The original table is the last thing of the base, and only zeros lie between it and the append (200 KB
 * of them where the base was stripped: libsui puts the append past every virtual address). So it ends less
 * than one entry after the last byte that is not zero. Its entries equal the copy's, but for
 * `.shstrtab`, which libsui moved: compare those before it.
 */
function findOriginalSections(elf: Elf, appendAt: number): number {
  const size = (elf.shnum - ADDED) * SHDR_SIZE;
  const wanted = elf.image.subarray(elf.shoff, elf.shoff + elf.shstrndx * SHDR_SIZE);
  let used = Math.min(appendAt, elf.image.length);
  while (used > 0 && elf.image[used - 1] === 0) used--;
  const first = Math.max(EHDR_SIZE, Math.ceil((used - size) / 8) * 8);
  for (let at = first; at < first + SHDR_SIZE && at + size <= appendAt; at += 8) {
    if (sameBytes(elf.image.subarray(at, at + wanted.length), wanted)) return at;
  }
  throw new Error("ELF: the original section header table was not found: unknown append layout");
}

/** The program headers at offset 64 must be the originals; only PT_PHDR may differ from the copy. */
function checkOriginalSegments(elf: Elf): void {
  for (let i = 0; i < elf.phnum - ADDED; i++) {
    const original = elf.image.subarray(EHDR_SIZE + i * PHDR_SIZE, EHDR_SIZE + (i + 1) * PHDR_SIZE);
    const copy = elf.image.subarray(elf.phoff + i * PHDR_SIZE, elf.phoff + (i + 1) * PHDR_SIZE);
    if (
      elf.view.getUint32(elf.phoff + i * PHDR_SIZE, true) !== PT_PHDR && !sameBytes(original, copy)
    ) {
      throw new Error(`ELF: program header ${i} was altered: the base cannot be restored exactly`);
    }
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
