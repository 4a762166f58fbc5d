/** What the ways to read a whole file have in common. */

/** Files of /proc say that they are empty, or cannot seek: their size is only known after reading. */
export const READ_BYTES = 16 * 1024;

/** The same bytes, with room for four times as many. */
export function grown(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 4);
  larger.set(bytes);
  return larger;
}

/** Why something is not read. */
export const IRREGULAR = "it is a pipe, a socket or a device, and no regular file";

/** Why a file is not read: `most` is the limit, bytes. */
export function tooLarge(most: number): string {
  return `it has more than ${most} bytes, the most that is read`;
}
