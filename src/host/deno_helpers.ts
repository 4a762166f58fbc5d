import type { HelperOutput, HelperThread, HelperThreads, OpenFile } from "./ports.ts";
import {
  type HelperMessage,
  type HelperRequest,
  MOST_AHEAD,
  SLOT_BYTES,
  unpackError,
} from "./helper_messages.ts";
import { shareSource, SourceOwner } from "./shared_source.ts";

/** In the compiled program the second bundle lies beside the first; see `scripts/compile/bundle.ts`. */
const SCRIPT = import.meta.url.endsWith(".ts") ? "../archive_worker.ts" : "./archive_worker.js";

/**
 * What reads archives has the most to fear from them: it may open no file, reach no network, call nothing
 * of libc. It needs nothing but processor time; bytes go in and out through shared memory.
 */
export const HELPER_OPTIONS = { type: "module", deno: { permissions: "none" } } as const;

let running = 0;

export const denoHelpers: HelperThreads = {
  start() {
    // This thread keeps one processor busy with writing.
    if (running >= navigator.hardwareConcurrency - 1) return undefined;
    running++;
    return new DenoHelper(new Worker(new URL(SCRIPT, import.meta.url), HELPER_OPTIONS));
  },
};

type Taken = Exclude<HelperMessage, { kind: "look" }>;

class DenoHelper implements HelperThread {
  readonly #messages: Taken[] = [];
  #serve: () => void = () => {};
  #wake: () => void = () => {};
  #stopped = false;

  constructor(private readonly worker: Worker) {
    worker.onmessage = ({ data }) => this.#receive(data as HelperMessage);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#receive({ kind: "failed", failure: { kind: "other", message: event.message } });
    };
  }

  async *run(request: unknown, file: OpenFile): AsyncGenerator<HelperOutput> {
    const source = shareSource(file.size());
    const owner = new SourceOwner(source, file);
    this.#serve = () => owner.serve();
    const taken = new SharedArrayBuffer(4);
    const slots = new SharedArrayBuffer(MOST_AHEAD * SLOT_BYTES);
    const counter = new Int32Array(taken);
    this.worker.postMessage({ request, taken, slots, source } satisfies HelperRequest);
    for (let received = 0;; received++) {
      const message = this.#messages.shift() ?? await this.#next();
      if (message.kind === "done") return;
      if (message.kind === "failed") throw owner.failure ?? unpackError(message.failure);
      owner.serve();
      const contents = new Uint8Array(slots, received % MOST_AHEAD * SLOT_BYTES, SLOT_BYTES);
      yield { message: message.value, contents };
      Atomics.add(counter, 0, 1);
      Atomics.notify(counter, 0);
    }
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    running--;
    this.worker.terminate();
  }

  async #next(): Promise<Taken> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  #receive(message: HelperMessage): void {
    if (message.kind === "look") return this.#serve();
    this.#messages.push(message);
    this.#wake();
  }
}
