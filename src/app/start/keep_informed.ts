import { format as formatBytes } from "@std/fmt/bytes";
import type { Context } from "../context.ts";
import type { Event, Reporter } from "../events.ts";

const EVERY_MS = 10_000;
/** Three lost messages in a row, or a process that hangs for so long, and the manager may give up. */
const GRANT_MS = 30_000;
/**
 * What the app has for its own start after this work: its unit's TimeoutStartSec= may be used up by now and
 * cannot be asked for, so it gets what systemd gives to a unit that states none.
 */
const HAND_OVER_MS = 90_000;
const NEWS_MS = 1_000;

/**
 * Tells the service manager, at once and every 10 s, that work goes on (sd_notify(3)):
 *
 *   manager, TimeoutStartSec=5s     edgeboot                                  app
 *   0 s    starts it                EXTEND_TIMEOUT_USEC=30 s, STATUS=…
 *   10 s   (waits until 40 s)       the same again
 *   12 s                            EXTEND_TIMEOUT_USEC=90 s, STATUS=; exec
 *   14 s   started                                                            READY=1
 *
 * A manager only ever moves the end of its wait away, never nearer, and before TimeoutStartSec= is over it
 * does nothing. How long this may go on is limited by the limits of the work: stalled downloads, retries
 * and lock waits all end by themselves. READY=1 is the app's to say: it has the same PID and socket.
 *
 * SIGHUP is ignored meanwhile: it is how a service is told to read its configuration anew, which the app
 * will do anyway. Its default action would end edgeboot, and a service that ends by SIGHUP counts as
 * stopped on purpose and is not started again.
 *
 * WATCHDOG=1 is never sent: it would arm the watchdog before the app is up. What is granted counts for a
 * watchdog that runs already (Type=exec), too.
 */
export async function keepInformed<T>(
  socket: string,
  doing: string,
  context: Pick<Context, "host" | "report" | "retryListeners">,
  work: (report: Reporter) => Promise<T>,
): Promise<T> {
  const { host: { supervisor, clock, process }, report, retryListeners } = context;
  const status = new Status(doing);
  let told = -Infinity;
  const tell = async (text: string, grantMs: number) => {
    told = clock.monotonic();
    await supervisor.notify(socket, `EXTEND_TIMEOUT_USEC=${grantMs * 1000}\nSTATUS=${text}\n`);
  };
  const event = (event: Event) => {
    report.event(event);
    if (!status.takes(event) || clock.monotonic() - told < NEWS_MS) return;
    void tell(status.text, GRANT_MS);
  };
  // A retry is rare, and a wait that nobody explains is taken for a hang.
  const heed = (event: Event) => {
    if (status.takes(event)) void tell(status.text, GRANT_MS);
  };
  retryListeners.add(heed);
  let working = true;
  const heedHangUps = process.ignoreHangUps();
  const beat = async () => {
    while (working) {
      await tell(status.text, GRANT_MS);
      await clock.sleep(EVERY_MS);
    }
  };
  void beat();
  try {
    return await work({ event });
  } finally {
    working = false;
    retryListeners.delete(heed);
    heedHangUps();
    // An app that sends no status of its own must not seem to be fetched for ever.
    await tell("", HAND_OVER_MS);
  }
}

/** One line for `systemctl status`. */
class Status {
  readonly #layers = new Map<string, number>();
  #total: number | undefined;
  #waiting: string | undefined;

  constructor(private readonly doing: string) {}

  /** Whether the event changes the line. */
  takes(event: Event): boolean {
    if (event.kind === "fetch-begins") this.#total = event.bytes;
    else if (event.kind === "waiting") this.#waiting = `: ${event.holder}`;
    else if (event.kind === "retry") {
      const { attempt, attempts, waitMs, why } = event;
      const wait = (waitMs / 1000).toFixed(1);
      this.#waiting = `: attempt ${attempt} of ${attempts} in ${wait} s, as ${why}`;
    } else if (event.kind === "layer-progress" && event.phase === "download") {
      this.#waiting = undefined;
      this.#layers.set(event.digest, event.bytes);
    } else return false;
    return true;
  }

  get text(): string {
    const bytes = [...this.#layers.values()].reduce((sum, each) => sum + each, 0);
    const total = this.#total === undefined ? "" : ` of ${formatBytes(this.#total)}`;
    const done = bytes === 0 ? "" : `: ${formatBytes(bytes)}${total}`;
    // A line ends the assignment, and what the holder of a lock wrote is not ours.
    return `edgeboot: ${this.doing}${this.#waiting ?? done}`.replace(/\s+/g, " ");
  }
}
