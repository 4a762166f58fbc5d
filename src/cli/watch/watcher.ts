import type { Context } from "../../app/context.ts";
import type { Event, Reporter } from "../../app/events.ts";
import { toEdgebootError } from "../logger.ts";
import type { Session } from "../session.ts";
import type { Watched } from "./watched.ts";
import { AccountKeeper, type Outcome } from "./account.ts";

/**
 * Follows a command to the moment before Python takes over, or to its failure, and has both written down.
 * Whatever goes wrong with that is a warning: the app starts.
 */
export class Watcher implements Reporter {
  readonly #keeper: AccountKeeper;
  #context: Context | undefined;

  constructor(watched: Watched, private readonly session: Session) {
    this.#keeper = new AccountKeeper(watched, session.host.clock);
  }

  event(event: Event): void {
    this.#keeper.event(event);
  }

  /** Called when there is a cache, for those who ask how large it is. */
  opened(context: Context): void {
    this.#context = context;
  }

  async ended(result: "exec" | "spawn" | "done"): Promise<void> {
    await this.#write({ result });
  }

  /** Also after {@link ended}: a kernel that refuses the exec is a failure of its own. */
  async failed(error: unknown): Promise<void> {
    const { exitCode, code } = toEdgebootError(error);
    await this.#write({ result: "failed", exit: exitCode, code });
  }

  async #write(outcome: Outcome): Promise<void> {
    const { config: { timings, metrics }, host } = this.session;
    const account = this.#keeper.close(outcome);
    if (timings !== undefined) {
      await this.#quietly(timings, async () => {
        const { appendTiming } = await import("./timings.ts");
        appendTiming(timings, account, host);
      });
    }
    if (metrics !== undefined) {
      await this.#quietly(metrics, async () => {
        const { countStart } = await import("./metrics.ts");
        await countStart(metrics, account, host, this.#context);
      });
    }
  }

  async #quietly(path: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.session.logger.log("warn", "warning", `nothing was written to ${path}: ${why}`);
    }
  }
}
