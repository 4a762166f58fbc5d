import type { Context } from "../context.ts";
import type { Reporter } from "../events.ts";

/**
 * Does work that may take longer than a service manager waits for a start. Where one listens, it is told
 * that the start goes on; the code for that is only loaded then, and a warm start never comes here.
 */
export async function supervised<T>(
  doing: string,
  { host, report, retryListeners }: Pick<Context, "host" | "report" | "retryListeners">,
  work: (report: Reporter) => Promise<T>,
): Promise<T> {
  const socket = host.env.get("NOTIFY_SOCKET");
  if (!socket) return await work(report);
  const { keepInformed } = await import("./keep_informed.ts");
  return await keepInformed(socket, doing, { host, report, retryListeners }, work);
}
