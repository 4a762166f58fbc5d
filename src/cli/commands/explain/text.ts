import type {
  ExplainedLaunch,
  ExplainedLayer,
  Explanation,
} from "../../../app/explain/explanation.ts";
import { formatBytes, formatMs } from "../../format.ts";
import { SOURCES } from "../../json/release_source.ts";
import { wrap } from "../../wrap.ts";

const LABEL = 9;
const COLUMNS = 80;

/** One step a paragraph, for 80 columns; only what somebody may want to copy is longer. */
export function renderExplanation(explained: Explanation): string {
  const lines: string[] = [];
  const step = (label: string, ...texts: readonly string[]) =>
    texts.forEach((text, index) =>
      lines.push(...wrap(text, COLUMNS, (index === 0 ? label : "").padEnd(LABEL)))
    );
  const whole = (label: string, text: string) => void lines.push(label.padEnd(LABEL) + text);
  const { settings, cache, release, pythons = [], variant, layers = [] } = explained;
  for (const [index, { name, value, origin }] of settings.entries()) {
    step(index === 0 ? "settings" : "", `${name} = ${value} (${origin})`);
  }
  if (settings.length === 0) step("settings", "all at their defaults");
  const there = cache.exists ? "" : "; not there yet";
  const readOnly = cache.writable ? "" : "; this user cannot write it";
  step("cache", `${cache.path} (${cache.origin}${there}${readOnly})`);
  if (release !== undefined) {
    const version = release.version === undefined ? "" : ` is ${release.version}`;
    step("release", `${release.label}${version}: ${SOURCES[release.source]}`, release.digest);
    const asked = release.asked ? "asked just now" : "not asked";
    if (release.registry !== undefined) step("", `registry ${release.registry} (${asked})`);
  }
  pythons.forEach(({ path, version, fits, why }, index) => {
    const what = version === "" ? path : `${path} (${version})`;
    step(index === 0 ? "python" : "", fits ? `${what}: the first that fits` : `${what}: ${why}`);
  });
  if (variant !== undefined) step("variant", `${variant.number} of ${variant.of}: ${variant.why}`);
  layers.forEach((layer, index) => step(index === 0 ? "layers" : "", ...layerTexts(layer)));
  fetching(explained, step);
  if (explained.entry_point !== undefined) step("entry", explained.entry_point);
  if (explained.launch !== undefined) launching(explained.launch, layers, step, whole);
  if (explained.pending !== undefined) step("start", explained.pending);
  if (explained.failure !== undefined) step("ends", `with exit code ${explained.failure.exit}`);
  step("", "nothing was written");
  return lines.join("\n");
}

type Step = (label: string, ...texts: readonly string[]) => void;
/** A line that somebody may want to copy. */
type Whole = (label: string, text: string) => void;

function layerTexts(layer: ExplainedLayer): string[] {
  const { kind, digest, cached, size, unpacked_size, url, partial_bytes, being_fetched } = layer;
  const name = `${kind === undefined ? "" : `${kind} `}${
    digest.replace("sha256:", "").slice(0, 12)
  }`;
  if (cached) return [`${name}: cached`, layer.path];
  const packed = size === undefined ? "size not stated" : formatBytes(size);
  const unpacked = unpacked_size === undefined ? "" : `, ${formatBytes(unpacked_size)} unpacked`;
  const partial = partial_bytes === undefined
    ? ""
    : `; ${formatBytes(partial_bytes)} are here already, to be continued`;
  const how = being_fetched ? "another edgeboot fetches it: wait" : "download";
  return [`${name}: ${how}, ${packed}${unpacked}${partial}`, url!];
}

function fetching({ space, budget }: Explanation, step: Step): void {
  if (space !== undefined) {
    const { needed_bytes, free_bytes, collect } = space;
    const free = free_bytes === undefined
      ? "what is free is not known"
      : `${formatBytes(free_bytes)} free`;
    const room = collect === undefined
      ? ""
      : `; the collector would remove ${collect.trees} ${collect.trees === 1 ? "tree" : "trees"}, ${
        formatBytes(collect.bytes)
      }`;
    step("space", `${formatBytes(needed_bytes)} stated as needed, ${free}${room}`);
  }
  if (budget === undefined) return;
  const { max_bytes, max_age_seconds } = budget;
  const limits = [
    ...(max_bytes === undefined ? [] : [formatBytes(max_bytes)]),
    ...(max_age_seconds === undefined ? [] : [`an age of ${formatMs(max_age_seconds * 1000)}`]),
  ];
  step("collect", `then down to ${limits.join(" and ")}`);
}

function launching(
  launch: ExplainedLaunch,
  layers: readonly ExplainedLayer[],
  step: Step,
  whole: Whole,
): void {
  const shared = layers.filter(({ lease }) => lease.state === "shared").length;
  const leases = shared === 0
    ? "none"
    : `${shared} shared ${shared === 1 ? "lock" : "locks"}, kept by the app (descriptors from 40)`;
  step("leases", leases);
  const { set, unset } = launch.environment;
  Object.entries(set).forEach(([name, value], index) =>
    whole(index === 0 ? "set" : "", `${name}=${quoted(value)}`)
  );
  if (unset.length > 0) step("unset", unset.join(", "));
  whole("workdir", launch.directory);
  whole(launch.how, [launch.executable, ...launch.argv.slice(1)].map(quoted).join(" "));
}

/** As a shell would take it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
