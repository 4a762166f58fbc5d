/** Builds a small ELF64 file, and appends a program to it with the layout that libsui gives. */

const EHDR = 64;
const PHDR = 56;
const SHDR = 64;
const PAGE = 4096;

interface Section {
  readonly name: number;
  readonly offset: number;
  readonly size: number;
}

/** Null section, `.text` and `.shstrtab`; PT_PHDR and one PT_LOAD; section table last. */
export function smallElf(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const strings = new TextEncoder().encode("\0.text\0.shstrtab\0");
  const textAt = EHDR + 2 * PHDR;
  const stringsAt = textAt + body.length;
  const shoff = Math.ceil((stringsAt + strings.length) / 8) * 8;
  const image = new Uint8Array(shoff + 3 * SHDR);
  const view = new DataView(image.buffer);
  image.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  writeHeader(view, { phoff: EHDR, phnum: 2, shoff, shnum: 3 });
  view.setUint16(54, PHDR, true);
  view.setUint16(58, SHDR, true);
  view.setUint16(62, 2, true);
  view.setUint32(EHDR, 6, true);
  view.setUint32(EHDR + PHDR, 1, true);
  view.setBigUint64(EHDR + PHDR + 32, BigInt(image.length), true);
  image.set(body, textAt);
  image.set(strings, stringsAt);
  writeSection(view, shoff + SHDR, { name: 1, offset: textAt, size: body.length });
  writeSection(view, shoff + 2 * SHDR, { name: 7, offset: stringsAt, size: strings.length });
  return image;
}

/** Page gap, copied program headers, note, copied and extended strings, copied sections. */
export function appendProgram(
  base: Uint8Array,
  program: Uint8Array,
  extraPages = 0,
): Uint8Array<ArrayBuffer> {
  const old = new DataView(base.buffer);
  const shoff = Number(old.getBigUint64(40, true));
  const names = base.slice(Number(old.getBigUint64(shoff + 2 * SHDR + 24, true)), shoff);
  const kept = names.subarray(0, Number(old.getBigUint64(shoff + 2 * SHDR + 32, true)));
  const strings = new Uint8Array([...kept, ...new TextEncoder().encode(".sui.phdrs\0.note.sui\0")]);

  const phoff = (Math.ceil(base.length / PAGE) + extraPages) * PAGE;
  const noteAt = phoff + 4 * PHDR;
  const stringsAt = noteAt + program.length;
  const newShoff = Math.ceil((stringsAt + strings.length) / 8) * 8;
  const image = new Uint8Array(newShoff + 5 * SHDR);
  const view = new DataView(image.buffer);
  image.set(base);
  image.set(base.subarray(EHDR, EHDR + 2 * PHDR), phoff);
  view.setBigUint64(phoff + 8, BigInt(phoff), true); // PT_PHDR follows the table
  image.set(program, noteAt);
  image.set(strings, stringsAt);
  image.set(base.subarray(shoff, shoff + 3 * SHDR), newShoff);
  const sections: Section[] = [
    { name: 7, offset: stringsAt, size: strings.length },
    { name: kept.length, offset: phoff, size: 4 * PHDR },
    { name: kept.length + 11, offset: noteAt, size: program.length },
  ];
  sections.forEach((section, i) => writeSection(view, newShoff + (2 + i) * SHDR, section));
  writeHeader(view, { phoff, phnum: 4, shoff: newShoff, shnum: 5 });
  return image;
}

function writeHeader(
  view: DataView,
  tables: { phoff: number; phnum: number; shoff: number; shnum: number },
): void {
  view.setBigUint64(32, BigInt(tables.phoff), true);
  view.setBigUint64(40, BigInt(tables.shoff), true);
  view.setUint16(56, tables.phnum, true);
  view.setUint16(60, tables.shnum, true);
}

function writeSection(view: DataView, at: number, { name, offset, size }: Section): void {
  view.setUint32(at, name, true);
  view.setBigUint64(at + 24, BigInt(offset), true);
  view.setBigUint64(at + 32, BigInt(size), true);
}
