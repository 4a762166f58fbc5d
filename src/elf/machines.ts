/** How one architecture shows in library caches, ELF headers and directory names. */
export interface Architecture {
  /** FLAG_ELF_LIBC6 with the architecture's FLAG_… of glibc's sysdeps/generic/ldconfig.h */
  readonly flags: number;
  /** e_machine */
  readonly elf: number;
  readonly bits: 32 | 64;
  /** Debian's directory of libraries */
  readonly triple: string;
}

/** By the machine names of wheel tags. All but s390x are little-endian. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x86_64: { flags: 0x0303, elf: 62, bits: 64, triple: "x86_64-linux-gnu" },
  aarch64: { flags: 0x0a03, elf: 183, bits: 64, triple: "aarch64-linux-gnu" },
  i686: { flags: 0x0003, elf: 3, bits: 32, triple: "i386-linux-gnu" },
  armv7l: { flags: 0x0903, elf: 40, bits: 32, triple: "arm-linux-gnueabihf" },
  ppc64le: { flags: 0x0503, elf: 21, bits: 64, triple: "powerpc64le-linux-gnu" },
  s390x: { flags: 0x0403, elf: 22, bits: 64, triple: "s390x-linux-gnu" },
  riscv64: { flags: 0x1003, elf: 243, bits: 64, triple: "riscv64-linux-gnu" },
};

/** `x86_64`, or the number where no wheel is built for it. */
export function machineName(elf: number, bits: number): string {
  const known = Object.entries(ARCHITECTURES).find(([, each]) =>
    each.elf === elf && each.bits === bits
  );
  return known?.[0] ?? `machine ${elf} (${bits} bits)`;
}

/** Whether a file of this header is for this architecture; an unknown one loads anything. */
export function isFor(machine: string, { machine: elf, bits }: { machine: number; bits: number }) {
  const known = ARCHITECTURES[machine];
  return known === undefined || (known.elf === elf && known.bits === bits);
}
