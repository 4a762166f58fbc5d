import type { StartRequest } from "../../app/start/request.ts";
import { planStart } from "../../app/start/start.ts";
import type { BootAction } from "../action.ts";
import { openSession, type Session } from "../session.ts";
import { watcherOf } from "../watch.ts";

/** What `run` and `exec` have in common: from what is asked for to the launch that is left to do. */
export async function start(request: StartRequest, session: Session): Promise<BootAction> {
  const { config, logger } = session;
  const watcher = await watcherOf(request, session);
  try {
    const context = openSession(session, request.target, watcher);
    watcher?.opened(context);
    const { plan, leases } = await planStart(request, context);
    const kind = config.spawn ? "spawn" : "exec";
    const { executable, argv, set } = plan;
    const pythonpath = set.get("PYTHONPATH");
    context.report.event({ kind: "exec", how: kind, executable, argv, pythonpath });
    await watcher?.ended(kind);
    return { kind, plan, leases, style: { ...logger.style, about: logger.about }, watcher };
  } catch (error) {
    await watcher?.failed(error);
    throw error;
  }
}
