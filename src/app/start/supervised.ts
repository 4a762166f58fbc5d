import type { Context } from "../context.ts";

/**
 * Does work that may take longer than a service manager waits for a start. Where one listens, it is told
 * that the start goes on; the code for that is only loaded then, and a warm start never comes here.
 */
export async function supervised<T>(
  doing: string,
  context: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const socket = context.host.env.get("NOTIFY_SOCKET");
  if (!socket) return await work(context);
  const { keepInformed } = await import("./keep_informed.ts");
  return await keepInformed(socket, doing, context, work);
}
