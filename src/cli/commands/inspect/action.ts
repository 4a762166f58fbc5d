import {
  type InspectedVariant,
  inspectFile,
  type Inspection,
  inspectTarget,
} from "../../../app/releases/inspect.ts";
import type { Context } from "../../../app/context.ts";
import { tryParseAppId } from "../../../model/app_id.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { formatBytes } from "../../format.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { appTarget } from "../../target.ts";
import { INSPECTED, inspectedRecord } from "./record.ts";

/** `edgeboot inspect APP[@REF] | FILE`. */
export async function inspectCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const inspection = await inspect(flags.rest[0]!, openSession({ config, logger, host }));
  const content = inspectedRecord(inspection);
  return say(invocation, INSPECTED, content, () => `${renderInspection(inspection)}\n`);
}

/** What has a slash, or is no app ID, can only be a file; an app ID is an app, file or not. */
async function inspect(subject: string, context: Context): Promise<Inspection> {
  const name = subject.split("@", 1)[0]!;
  const isFile = subject.includes("/") ||
    (tryParseAppId(name) === undefined || subject.endsWith(".json")) &&
      context.host.fs.stat(subject) !== undefined;
  return isFile
    ? await inspectFile(subject, context)
    : await inspectTarget(appTarget(subject), context);
}

/** For people: a name and a fact a line. */
export function renderInspection(inspection: Inspection): string {
  const lines = [`release    ${inspection.label}`];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) lines.push(`${name.padEnd(11)}${value}`);
  };
  add("version", inspection.version);
  add("digest", inspection.digest);
  const pinned = "to this release, whatever the registry says (`edgeboot pin --remove` ends it)";
  add("pinned", inspection.pinned && pinned);
  add("created", inspection.created);
  add("needs", inspection.python_needed && `Python ${inspection.python_needed}`);
  add("python", inspection.python && `${inspection.python.version} (${inspection.python.path})`);
  add("misfit", inspection.misfit);
  const { commit, dirty, licenses = [], sbom } = inspection.packed ?? {};
  add("commit", commit && `${commit}${dirty ? ", with changes" : ""}`);
  add("licenses", licenses.length === 0 ? undefined : licenses.join(", "));
  add("sbom", sbom && `sha256:${sbom.digest}`);
  for (const { name, starts, args } of inspection.entrypoints) {
    add("entry", [`${name}:`, starts, ...args].join(" "));
  }
  inspection.variants.forEach((variant) => lines.push(...renderVariant(variant)));
  inspection.pythonpath?.forEach((path, index) => add(index === 0 ? "PYTHONPATH" : "", path));
  if (inspection.unknown_fields.length > 0) add("ignored", inspection.unknown_fields.join(", "));
  return lines.join("\n");
}

function renderVariant(variant: InspectedVariant): string[] {
  const verdict = variant.chosen ? "chosen" : variant.fits ? "not chosen" : "does not fit";
  const chosen = `${verdict}: ${variant.why}`;
  const lines = [`variant    ${variant.tags}, ${chosen}`];
  const glibc = variant.glibc === undefined ? [] : [`glibc ${variant.glibc}`];
  const needs = [...glibc, ...variant.system_libs];
  if (needs.length > 0) lines.push(`  needs    ${needs.join(", ")}`);
  for (const layer of variant.layers) {
    const packed = layer.size === undefined ? "size not stated" : formatBytes(layer.size);
    const unpacked = layer.unpacked_size === undefined
      ? ""
      : `, ${formatBytes(layer.unpacked_size)} unpacked`;
    const cached = layer.cached ? "cached" : "not cached";
    lines.push(`  layer    ${layer.kind ? `${layer.kind} ` : ""}sha256:${layer.digest}`);
    if (layer.name !== undefined) lines.push(`           ${layer.name}`);
    lines.push(`           ${packed}${unpacked}, ${cached}`);
  }
  return lines;
}
