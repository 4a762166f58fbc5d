import { type AppRef, formatAppRef } from "../../model/ref.ts";
import { appOf, type InitRequest, initUsage, optionOf } from "./request.ts";
import {
  collectService,
  fetchService,
  fromPrefetch,
  mainService,
  socketUnit,
  timerUnit,
} from "./systemd_units.ts";
import type { UnitNames, UnitSettings } from "./systemd_settings.ts";

/** A unit or drop-in and where it goes below /etc/systemd/system. */
interface Section {
  readonly file: string;
  readonly text: string;
}

/**
 * `edgeboot init systemd`: the service alone, so that it can be redirected into its file; with options that
 * ask for more units all of them, each under its path, as `systemctl cat` shows them.
 * @throws EdgebootError USAGE (64)
 */
export function units(request: InitRequest): string {
  const { options } = request;
  const settings = settingsOf(request);
  const { names } = settings;
  const sections: Section[] = [
    { file: `${names.file}.service`, text: mainService(settings) },
  ];
  if (settings.socket !== undefined) {
    const text = socketUnit(names, settings.socket);
    sections.push({ file: `${names.file}.socket`, text });
  }
  if (options.has("prefetch")) {
    sections.push(
      { file: `${names.fetchFile}.service`, text: fetchService(settings) },
      { file: `${names.fetchFile}.timer`, text: timerUnit(`Fetch ${names.app} ahead`, QUARTERLY) },
      { file: `${names.file}.service.d/prefetched.conf`, text: fromPrefetch(names) },
    );
  }
  if (options.has("collect")) {
    sections.push(
      { file: "edgeboot-collect.service", text: collectService() },
      { file: "edgeboot-collect.timer", text: timerUnit("Collect edgeboot's cache", DAILY) },
    );
  }
  if (sections.length === 1) return sections[0]!.text;
  return sections.map(({ file, text }) => `# ${UNIT_DIRECTORY}/${file}\n${text}`).join("\n");
}

const UNIT_DIRECTORY = "/etc/systemd/system";
/** A fleet must not ask in step: each machine has its own minute in between, the same every time. */
const QUARTERLY = ["OnCalendar=*:0/15", "RandomizedDelaySec=10min", "FixedRandomDelay=yes"];
const DAILY = ["OnCalendar=daily", "RandomizedDelaySec=1h", "Persistent=yes"];

function settingsOf(request: InitRequest): UnitSettings {
  const { options } = request;
  const type = optionOf(request, "type", "exec", /^(?:exec|notify)$/, "exec or notify");
  const isTemplate = options.has("template");
  if (isTemplate && request.appRef !== undefined) {
    const why = "--template is for every app: its instances name them, as in edgeboot@billing-api";
    throw initUsage(request.kind, why);
  }
  return {
    names: isTemplate ? TEMPLATE_NAMES : namesOf(appOf(request)),
    type: type as UnitSettings["type"],
    registry: request.registry,
    socket: stated(request, "socket", LISTEN, "a port, ADDRESS:PORT, an absolute path or @name"),
    tokenFile: stated(request, "token-file", /^\/[^\s:%"'\\]*$/, "an absolute path without blanks"),
  };
}

/** %i also stands in a template's socket: instances cannot share one. */
const LISTEN =
  /^(?:\d{1,5}|[\d.]{7,15}:\d{1,5}|\[[\da-f:.]+\]:\d{1,5}|[/@][\w./-]*(?:%i)?[\w./-]*)$/;

function stated(request: InitRequest, name: string, pattern: RegExp, expected: string) {
  return request.options.has(name) ? optionOf(request, name, "", pattern, expected) : undefined;
}

/** %i is the instance as it is written; %I would turn `billing-api` into `billing/api`. */
const TEMPLATE_NAMES: UnitNames = {
  unit: "edgeboot@%i",
  file: "edgeboot@",
  fetchUnit: "edgeboot-fetch@%i",
  fetchFile: "edgeboot-fetch@",
  app: "%i",
  variables: "%i",
};

function namesOf(appRef: AppRef): UnitNames {
  const { app, ref } = appRef;
  const isDefault = ref.kind === "name" && ref.name === "stable";
  const [unit, fetchUnit] = [app, `${app}-fetch`];
  return {
    ...{ unit, file: unit, fetchUnit, fetchFile: fetchUnit, variables: app },
    app: isDefault ? app : formatAppRef(appRef),
  };
}
