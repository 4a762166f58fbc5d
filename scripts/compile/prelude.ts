/**
 * A few instructions that run before Deno's: they put out of its sight two variables on which the base ends
 * before any JavaScript runs.
 *
 *   TMPDIR, empty or relative   "Could not convert path to URL": the program's name is put below it
 *   NODE_CHANNEL_FD             "Failed to open IPC channel", or the parent's channel is read in our place
 *
 * The first byte of such a name becomes 1, in the memory where execve(2) has put it; the first thing that
 * `main.ts` does is to put it back (`src/host/concealed.ts`). Values, order and everything else stay as they are.
 *
 * The instructions take the place of int3, which fill up the text between functions (0xcc, as LLD writes
 * them), so that neither size nor headers change but for e_entry.
 */
import { E_ENTRY, E_MACHINE, E_PHNUM, E_PHOFF, PHDR_SIZE } from "./elf_base.ts";

/**
 * System V ABI, AMD64 supplement, 3.4.1: at the entry rsp points to argc, argv follows with a null pointer, then
 * envp with another; rdx is a function for atexit(3) and rbp is 0, so both are left alone. Eight bytes can
 * be read wherever a variable begins, or was equal so far: execve(2) puts the program's path and eight zeros
 * behind the last one.
 *
 * Instructions as `objdump -M intel` shows them; the jump to the original entry follows.
 */
export const INSTRUCTIONS: readonly (readonly [bytes: string, assembler: string])[] = [
  ["f3 0f 1e fa", "endbr64"],
  ["48 8b 04 24", "mov rax,QWORD PTR [rsp]"],
  ["48 8d 74 c4 10", "lea rsi,[rsp+rax*8+0x10]"],
  // 0x0d, the next variable
  ["48 8b 3e", "mov rdi,QWORD PTR [rsi]"],
  ["48 83 c6 08", "add rsi,0x8"],
  ["48 85 ff", "test rdi,rdi"],
  ["74 3c", "je 0x55"],
  ["48 8b 07", "mov rax,QWORD PTR [rdi]"],
  // "TMPDIR=/" is as it should be; what differs in the last byte alone is not
  ["48 b9 54 4d 50 44 49 52 3d 2f", "movabs rcx,0x2f3d524944504d54"],
  ["48 31 c1", "xor rcx,rax"],
  ["74 e2", "je 0xd"],
  ["48 c1 e1 08", "shl rcx,0x8"],
  ["74 1f", "je 0x50"],
  // "NODE_CHA", "NNEL_FD="
  ["48 b9 4e 4f 44 45 5f 43 48 41", "movabs rcx,0x4148435f45444f4e"],
  ["48 39 c8", "cmp rax,rcx"],
  ["75 cd", "jne 0xd"],
  ["48 b9 4e 4e 45 4c 5f 46 44 3d", "movabs rcx,0x3d44465f4c454e4e"],
  ["48 39 4f 08", "cmp QWORD PTR [rdi+0x8],rcx"],
  ["75 bd", "jne 0xd"],
  // 0x50, out of sight
  ["c6 07 01", "mov BYTE PTR [rdi],0x1"],
  ["eb b8", "jmp 0xd"],
  // 0x55, the original entry
];

const BODY = Uint8Array.from(
  INSTRUCTIONS.flatMap(([bytes]) => bytes.split(" ").map((byte) => parseInt(byte, 16))),
);
const JUMP_SIZE = 5;
const SIZE = BODY.length + JUMP_SIZE;

const EM_X86_64 = 62;
const PT_LOAD = 1;
const PF_X = 1;
const INT3 = 0xcc;

/** Bytes that take the place of as many at `offset` of the file. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * What makes an executable begin with the prelude; undefined for another machine than x86-64, and where a
 * base that was linked in another way has no room for it.
 * @throws {Error} where nothing can be executed at its entry
 */
export function preludePatches(image: Uint8Array): Patch[] | undefined {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (view.getUint16(E_MACHINE, true) !== EM_X86_64) return undefined;
  const entry = Number(view.getBigUint64(E_ENTRY, true));
  const text = textAround(view, entry);
  const offset = findRoom(image, text);
  if (offset === undefined) return undefined;
  const address = text.address + offset - text.offset;

  const code = new Uint8Array(SIZE);
  code.set(BODY);
  code[BODY.length] = 0xe9; // jmp rel32
  new DataView(code.buffer).setInt32(BODY.length + 1, entry - (address + SIZE), true);
  const pointer = new Uint8Array(8);
  new DataView(pointer.buffer).setBigUint64(0, BigInt(address), true);
  return [{ offset, bytes: code }, { offset: E_ENTRY, bytes: pointer }];
}

interface Text {
  readonly offset: number;
  readonly address: number;
  /** bytes in the file */
  readonly size: number;
}

/** The executable segment with the entry, of the table that the kernel reads. */
function textAround(view: DataView, entry: number): Text {
  const phoff = Number(view.getBigUint64(E_PHOFF, true));
  for (let i = 0; i < view.getUint16(E_PHNUM, true); i++) {
    const at = phoff + i * PHDR_SIZE;
    const isText = view.getUint32(at, true) === PT_LOAD && (view.getUint32(at + 4, true) & PF_X);
    if (!isText) continue;
    const [offset, address, size] = [8, 16, 32].map((field) =>
      Number(view.getBigUint64(at + field, true))
    ) as [number, number, number];
    if (entry >= address && entry < address + size) return { offset, address, size };
  }
  throw new Error("prelude: no executable segment holds the entry");
}

/**
 * The first 16-byte boundary in a run of int3 that no function can be meant by: with 16 more before and behind
 * it, it is far longer than what fills up a function's end.
 */
function findRoom(image: Uint8Array, { offset, size }: Text): number | undefined {
  for (let at = offset, run = 0; at < offset + size; at++) {
    run = image[at] === INT3 ? run + 1 : 0;
    // At most 15 bytes are lost to the boundary.
    if (run === 16 + 15 + SIZE + 16) return Math.ceil((at + 1 - run + 16) / 16) * 16;
  }
  return undefined;
}
