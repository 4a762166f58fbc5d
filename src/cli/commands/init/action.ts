import type { Template } from "../../../app/init/request.ts";
import { display, identity, parseLocation } from "../../../model/location.ts";
import { parseAppRef } from "../../../model/ref.ts";
import { DONE, type Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { readSettings } from "../../session.ts";

/** By verb, loaded when asked for: each is mostly text. */
const TEMPLATES: Readonly<Record<string, () => Promise<Template>>> = {
  docker: async () => (await import("../../../app/init/docker.ts")).dockerfile,
  kubernetes: async () => (await import("../../../app/init/kubernetes.ts")).manifests,
  systemd: async () => (await import("../../../app/init/systemd.ts")).units,
};

/** `edgeboot init KIND [APP[@REF]]`: prints a file to start from, writes nothing. */
export async function initCommand({ flags, host, useLogger }: Invocation): Promise<Outcome> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const kind = flags.verb!;
  const [app] = flags.rest;
  const registry = config.registry?.value;
  const template = await TEMPLATES[kind]!();
  host.output.stdout(template({
    kind,
    appRef: app === undefined ? undefined : parseAppRef(app),
    options: flags.values,
    registry: registry && display(identity(parseLocation(registry, "registry").location)),
  }));
  return DONE;
}
