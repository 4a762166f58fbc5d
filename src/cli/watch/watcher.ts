import type { Context } from "../../app/context.ts";
import type { Event } from "../../app/events.ts";
import type { BootAction } from "../action.ts";
import { toEdgebootError } from "../logger.ts";
import type { Watching } from "../session.ts";
import type { Watched } from "./watched.ts";
import { AccountKeeper, type Outcome } from "./account.ts";

/**
 * Follows a start to the moment before Python takes over, or to its failure, and has both written down.
 * Whatever goes wrong with that is a warning: the app starts.
 */
export class Watcher implements Watching {
  readonly #keeper: AccountKeeper;
  #context: Context | undefined;

  constructor(private readonly start: Watched) {
    this.#keeper = new AccountKeeper(start.command, start.target, start.host.clock);
  }

  event(event: Event): void {
    this.#keeper.event(event);
  }

  /** Called when there is a cache, for those who ask how large it is. */
  opened(context: Context): void {
    this.#context = context;
  }

  /** `work` under watch; a kernel that refuses the exec is a failure of its own. */
  async over(work: (watcher: Watching) => Promise<BootAction>): Promise<BootAction> {
    let action: BootAction;
    try {
      action = await work(this);
    } catch (error) {
      const { exitCode, code } = toEdgebootError(error);
      await this.#write({ result: "failed", exit: exitCode, code });
      throw error;
    }
    if (action.kind === "exit") {
      await this.#write({ result: "done" });
      return action;
    }
    await this.#write({ result: action.kind });
    const { refused } = action;
    return {
      ...action,
      refused: async (cause) => {
        const end = await refused(cause);
        const exit = end.kind === "exit" ? end.code : 0;
        await this.#write({ result: "failed", exit, code: "PYTHON_NOT_EXECUTABLE" });
        return end;
      },
    };
  }

  async #write(outcome: Outcome): Promise<void> {
    const { config: { timings, metrics }, host } = this.start;
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
      this.start.logger.log("warn", "warning", `nothing was written to ${path}: ${why}`);
    }
  }
}
