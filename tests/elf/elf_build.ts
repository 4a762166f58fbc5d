/** What an ELF file of the tests says; every field may be left out. */
export interface ElfPlan {
  readonly bits?: 32 | 64;
  readonly little?: boolean;
  readonly machine?: number;
  /** e_type: 2 program, 3 shared */
  readonly type?: number;
  readonly interpreter?: string;
  readonly soname?: string;
  readonly needed?: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  readonly flags1?: number;
  /** library → versions; `~` in front marks a weak one */
  readonly needs?: Readonly<Record<string, readonly string[]>>;
  readonly defines?: readonly string[];
}

/** The smallest file that a loader would read: one segment that maps the file at address 0x10000. */
export function buildElf(plan: ElfPlan = {}): Uint8Array<ArrayBuffer> {
  const { bits = 64, little = true, machine = 62, type = 3 } = plan;
  const wide = bits === 64;
  const bytes = new Uint8Array(8192);
  const view = new DataView(bytes.buffer);
  const u16 = (at: number, value: number) => view.setUint16(at, value, little);
  const u32 = (at: number, value: number) => view.setUint32(at, value, little);
  const word = (at: number, value: number) =>
    wide ? view.setBigUint64(at, BigInt(value), little) : u32(at, value);
  const BASE = 0x10000;

  // The string table grows from 4096 on.
  let strings = 4097;
  const text = (value: string) => {
    const encoded = new TextEncoder().encode(`${value}\0`);
    bytes.set(encoded, strings);
    const offset = strings - 4096;
    strings += encoded.length;
    return offset;
  };

  const tags: [number, number][] = [];
  for (const name of plan.needed ?? []) tags.push([1, text(name)]);
  if (plan.soname !== undefined) tags.push([14, text(plan.soname)]);
  if (plan.rpath !== undefined) tags.push([15, text(plan.rpath)]);
  if (plan.runpath !== undefined) tags.push([29, text(plan.runpath)]);
  if (plan.flags1 !== undefined) tags.push([0x6ffffffb, plan.flags1]);

  const needs = Object.entries(plan.needs ?? {});
  if (needs.length > 0) {
    tags.push([0x6ffffffe, BASE + 2048], [0x6fffffff, needs.length]);
    let at = 2048;
    needs.forEach(([library, versions], index) => {
      u16(at, 1), u16(at + 2, versions.length), u32(at + 4, text(library)), u32(at + 8, 16);
      const size = 16 + versions.length * 16;
      u32(at + 12, index === needs.length - 1 ? 0 : size);
      versions.forEach((version, each) => {
        const aux = at + 16 + each * 16;
        u16(aux + 4, version.startsWith("~") ? 2 : 0);
        u32(aux + 8, text(version.replace(/^~/, "")));
        u32(aux + 12, each === versions.length - 1 ? 0 : 16);
      });
      at += size;
    });
  }
  const defines = plan.defines ?? [];
  if (defines.length > 0) {
    tags.push([0x6ffffffc, BASE + 3072], [0x6ffffffd, defines.length + 1]);
    ["libself.so", ...defines].forEach((name, index, all) => {
      const at = 3072 + index * 28;
      u16(at, 1), u16(at + 2, index === 0 ? 1 : 0), u16(at + 6, 1), u32(at + 12, 20);
      u32(at + 16, index === all.length - 1 ? 0 : 28), u32(at + 20, text(name));
    });
  }
  tags.push([5, BASE + 4096], [10, 4096], [0, 0]);
  const entry = wide ? 16 : 8;
  tags.forEach(([tag, value], index) => {
    word(1024 + index * entry, tag), word(1024 + index * entry + entry / 2, value);
  });

  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]);
  u16(16, type), u16(18, machine), u32(20, 1);
  word(wide ? 32 : 28, 64);
  const headers: [type: number, offset: number, address: number, size: number][] = [
    [1, 0, BASE, bytes.length],
    [2, 1024, BASE + 1024, tags.length * entry],
  ];
  if (plan.interpreter !== undefined) {
    bytes.set(new TextEncoder().encode(`${plan.interpreter}\0`), 512);
    headers.push([3, 512, BASE + 512, plan.interpreter.length + 1]);
  }
  const size = wide ? 56 : 32;
  u16(wide ? 54 : 42, size), u16(wide ? 56 : 44, headers.length);
  headers.forEach(([kind, offset, address, length], index) => {
    const at = 64 + index * size;
    u32(at, kind);
    word(at + (wide ? 8 : 4), offset);
    word(at + (wide ? 16 : 8), address);
    word(at + (wide ? 32 : 16), length);
  });
  return bytes;
}

export function sourceOf(bytes: Uint8Array) {
  return { size: bytes.length, read: (at: number, n: number) => bytes.subarray(at, at + n) };
}
