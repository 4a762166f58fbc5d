import type { Event, Reporter } from "../app/events.ts";
import type { Host } from "../host/ports.ts";
import { digestText } from "./json/words.ts";
import type { Logger } from "./logger.ts";

/**
 * Tells warnings. A warm start has nothing else to tell; what a cold one has is loaded when it begins,
 * and what `-v` has when the settings are read.
 */
export class StartReporter implements Reporter {
  #progress: Reporter | undefined;

  constructor(
    private readonly host: Pick<Host, "clock">,
    private readonly logger: Logger,
  ) {}

  async begins(): Promise<void> {
    if (this.#progress !== undefined) return;
    const { ProgressReporter } = await import("./progress.ts");
    this.#progress = new ProgressReporter(this.host, this.logger);
  }

  event(event: Event): void {
    if (event.kind === "warning") this.logger.log("warn", "warning", event.text);
    else if (event.kind === "fallback") {
      const { kind, text, digest, version, code, url, status } = event;
      const facts = { digest: digestText(digest), version, code, url, status };
      this.logger.log("warn", kind, text, facts);
    } else if (event.kind === "retry") this.#retry(event);
    this.#progress?.event(event);
    this.logger.more?.event(event);
  }

  /** A wait that nobody explains is taken for a hang. */
  #retry({ url, why, attempt, attempts, waitMs }: Extract<Event, { kind: "retry" }>): void {
    const wait = `${(waitMs / 1000).toFixed(1)} s`;
    const text = `${url}: ${why}; attempt ${attempt} of ${attempts} in ${wait}`;
    this.logger.log("info", "retry", text, { url, why, attempt, attempts, wait_ms: waitMs });
  }
}
