/**
 * Errors that nobody could catch, because the platform threw them out of a task of its own. Whoever
 * expects one may take it; the rest are faults of ours.
 */
type Taker = (error: unknown) => boolean;

const takers = new Set<Taker>();
let report: ((error: unknown) => void) | undefined;
let listening = false;

/** `take` says whether the error is its own. @returns what ends the taking */
export function takeStrayErrors(take: Taker): () => void {
  takers.add(take);
  listen();
  return () => void takers.delete(take);
}

/** What happens to errors that nobody takes. Called once, by the program. */
export function reportStrayErrors(handle: (error: unknown) => void): void {
  report = handle;
  listen();
}

function listen(): void {
  if (listening) return;
  listening = true;
  const handle = (event: Event, error: unknown) => {
    const taken = [...takers].some((take) => take(error));
    if (!taken && report === undefined) return;
    event.preventDefault();
    if (!taken) report!(error);
  };
  globalThis.addEventListener("error", (event) => handle(event, event.error));
  globalThis.addEventListener("unhandledrejection", (event) => handle(event, event.reason));
}
