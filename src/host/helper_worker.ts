import type { OpenFile, Outbox } from "./ports.ts";
import {
  type HelperMessage,
  type HelperRequest,
  MOST_AHEAD,
  packError,
  SLOT_BYTES,
} from "./helper_messages.ts";
import { openShared } from "./shared_source.ts";
import { reportStrayErrors } from "./stray_errors.ts";

/** The part of a worker's global scope that is used; Deno's types describe the main thread's. */
interface WorkerScope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: HelperMessage): void;
}

/** The helper's side of a thread: serves the one request that it gets. */
export function serveRequest(
  handle: (request: unknown, source: OpenFile, outbox: Outbox) => Promise<void>,
): void {
  const scope = globalThis as unknown as WorkerScope;
  reportStrayErrors((error) => scope.postMessage({ kind: "failed", failure: packError(error) }));
  scope.onmessage = async ({ data }) => {
    const { request, taken, slots, source } = data as HelperRequest;
    const file = openShared(source, () => scope.postMessage({ kind: "look" }));
    try {
      await handle(request, file, outboxTo(scope, new Int32Array(taken), slots));
      scope.postMessage({ kind: "done" });
    } catch (error) {
      scope.postMessage({ kind: "failed", failure: packError(error) });
    }
  };
}

function outboxTo(scope: WorkerScope, taken: Int32Array, slots: SharedArrayBuffer): Outbox {
  let sent = 0;
  return {
    contents() {
      for (let seen = Atomics.load(taken, 0); sent - seen >= MOST_AHEAD;) {
        Atomics.wait(taken, 0, seen);
        seen = Atomics.load(taken, 0);
      }
      return new Uint8Array(slots, sent % MOST_AHEAD * SLOT_BYTES, SLOT_BYTES);
    },
    send(value) {
      sent++;
      scope.postMessage({ kind: "message", value });
    },
  };
}
