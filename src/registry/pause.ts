/** Before another attempt to write what others write, too: up to 20 ms, and up to 200 ms after many. */
export function pauseMs(attempt: number): number {
  return Math.random() * 20 * Math.min(attempt, 10);
}
