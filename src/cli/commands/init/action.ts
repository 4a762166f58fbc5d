import { type InitRequest, initUsage, type Template } from "../../../app/init/request.ts";
import { display, identity, parseLocation } from "../../../model/location.ts";
import { parseAppRef } from "../../../model/ref.ts";
import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import type { ParsedFlags } from "../../flags.ts";
import { INIT_FLAGS, INIT_KINDS, type InitKind, initOptions } from "../../init_flags.ts";
import { readSettings } from "../../session.ts";
import { unknownWord } from "../../suggest.ts";

/** Loaded when asked for: each is mostly text. */
const TEMPLATES: Readonly<Record<InitKind, () => Promise<Template>>> = {
  docker: async () => (await import("../../../app/init/docker.ts")).dockerfile,
  kubernetes: async () => (await import("../../../app/init/kubernetes.ts")).manifests,
  systemd: async () => (await import("../../../app/init/systemd.ts")).units,
};

/** `edgeboot init KIND [APP[@REF]]`: prints a file to start from, writes nothing. */
export async function initCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [name, app, ...rest] = flags.rest;
  const kind = INIT_KINDS.find((kind) => kind === name);
  if (kind === undefined) throw await unknownWord("init", "kind", name, INIT_KINDS);
  if (rest.length > 0) throw initUsage(kind, "it is one app: edgeboot init KIND [APP[@REF]]");
  const registry = config.registry?.value;
  const template = await TEMPLATES[kind]();
  host.output.stdout(template({
    kind,
    appRef: app === undefined ? undefined : parseAppRef(app),
    options: optionsOf(kind, flags),
    registry: registry && display(identity(parseLocation(registry, "registry").location)),
  }));
  return DONE;
}

/** What the others understand is refused: an option without effect would look like one with it. */
function optionsOf(kind: InitKind, { values }: ParsedFlags): InitRequest["options"] {
  const own = initOptions(kind);
  const given = INIT_FLAGS.filter(({ name }) => values.has(name));
  const foreign = given.find(({ name }) => !own.includes(name));
  if (foreign !== undefined) {
    const known = own.map((name) => `--${name}`).join(", ");
    throw initUsage(kind, `it has no --${foreign.name}; its own options are ${known}`);
  }
  return new Map(given.map(({ name }) => [name, values.get(name)!]));
}
