import { EXIT_CODES } from "../../model/errors.ts";
import type { UnitNames, UnitSettings } from "./systemd_settings.ts";
import { HARDENING } from "./systemd_hardening.ts";

/**
 * The texts of the units. Comments in them are for whoever runs the machine; what speaks for a choice is
 * said where it is made, since drop-ins of others will change it.
 */

const EDGEBOOT = "/usr/local/bin/edgeboot";

type ExitCode = typeof EXIT_CODES[keyof typeof EXIT_CODES];

/**
 * Whether trying again can help without somebody changing something first. 65 is a bad publish: it would be
 * downloaded again for ever, and where a release has started before, that one starts instead of ending so.
 * 69, 73, 74 and 75 pass when the registry, the disk or the other starter is ready, 70 may.
 */
export const WORTH_RETRYING: Readonly<Record<ExitCode, boolean>> = {
  ...{ 64: false, 65: false, 77: false, 78: false, 126: false, 127: false },
  ...{ 69: true, 70: true, 73: true, 74: true, 75: true },
};

const PERMANENT = Object.entries(WORTH_RETRYING).filter(([, retry]) => !retry).map(([code]) =>
  code
);

/** The unit of the app itself. */
export function mainService(settings: UnitSettings): string {
  const { names, type, socket } = settings;
  return `[Unit]
Description=${names.app} (edgeboot)
Wants=network-online.target
After=network-online.target
${socket === undefined ? "" : listening(names)}\
# A registry that is down for an hour must not leave the service down for good.
StartLimitIntervalSec=0

[Service]
# edgeboot fetches what is missing and becomes Python: one PID, which is $MAINPID all along.
# Each start asks the registry, so \`systemctl restart ${names.unit}\` is an update; with the registry
# down, the last release that started here starts again.
ExecStart=${EDGEBOOT} run ${names.app}
${type === "notify" ? NOTIFY : EXEC}\
NotifyAccess=main
# SIGHUP: gunicorn and celery read their configuration anew; remove it for apps that end by it, as
# uvicorn does. The shell's own kill, as small systems have no /bin/kill.
ExecReload=/bin/sh -c "kill -HUP $MAINPID"
# SIGTERM to the main process, which ends its own workers; after 30 s SIGKILL to what is left.
KillMode=mixed
TimeoutStopSec=30
Restart=on-failure
RestartSec=2
# edgeboot's exit codes that no retry heals: usage, bad release or archive, access denied,
# configuration, no Python or entry point. Others are tried again: registry unreachable (69), disk
# full (74), lock wait (75). An app that ends with one of these is not restarted either.
RestartPreventExitStatus=${PERMANENT.join(" ")}

${surroundings(settings)}
[Install]
WantedBy=multi-user.target
`;
}

const EXEC =
  `# The start is done once edgeboot is executed, so no time limit applies while it fetches. For an app that
# says READY=1 (gunicorn does), print this with --type notify: units after it then wait until it serves.
Type=exec
`;

const NOTIFY =
  `# The start is done when the app says READY=1. While edgeboot fetches, it asks for more time itself
# (EXTEND_TIMEOUT_USEC=), so that a slow first download does not fail, and then leaves the app 90 s.
Type=notify
TimeoutStartSec=60
# For an app that says WATCHDOG=1 at least every 30 s:
#WatchdogSec=30
`;

function listening({ unit }: UnitNames): string {
  return `# The app inherits the socket as descriptor 3 (LISTEN_FDS): gunicorn takes it, uvicorn with --fd 3.
# Connections wait while it starts, is restarted, or is fetched for the first time.
Requires=${unit}.socket
After=${unit}.socket
`;
}

/** The unit of a socket that systemd opens for the app. */
export function socketUnit({ app }: UnitNames, address: string): string {
  return `[Unit]
Description=Socket of ${app}

[Socket]
ListenStream=${address}

[Install]
WantedBy=sockets.target
`;
}

/** The unit that fetches the current release ahead of a restart. */
export function fetchService(settings: UnitSettings): string {
  const { app } = settings.names;
  return `[Unit]
Description=Fetch ${app} ahead (edgeboot)
Wants=network-online.target
After=network-online.target

[Service]
# Warms the cache beside the app that runs. Where that fails, this unit fails, and the app does not.
Type=oneshot
ExecStart=${EDGEBOOT} fetch ${app}
Nice=10
IOSchedulingClass=idle

# As in ${settings.names.file}.service, where it is explained.
${withoutComments(surroundings(settings))}`;
}

/** Why a drop-in and not part of the service: it makes no sense without the timer. */
export function fromPrefetch({ unit, fetchUnit }: UnitNames): string {
  return `# With ${fetchUnit}.timer: a start asks nobody and starts what was fetched last. So a restart after
# a crash never waits for the registry, and \`systemctl restart ${unit}\` is an update that takes as
# long as a warm start. To update at once:
#   systemctl start ${fetchUnit} && systemctl restart ${unit}
[Service]
Environment=EDGEBOOT_REFRESH=never
`;
}

/** The unit that collects what no kept release needs. */
export function collectService(): string {
  return `[Unit]
Description=Collect edgeboot's cache

[Service]
# Never what runs, is pinned, or a kept release needs; see \`edgeboot help cache\`.
Type=oneshot
ExecStart=${EDGEBOOT} cache gc
Nice=10
IOSchedulingClass=idle

# As in the units of the apps, where it is explained.
${withoutComments(`${USER}${HARDENING}`)}`;
}

function withoutComments(text: string): string {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).join("\n") + "\n";
}

/** The timer of a unit; `when` are lines of its `[Timer]` section. */
export function timerUnit(description: string, when: readonly string[]): string {
  return `[Unit]
Description=${description}

[Timer]
${when.join("\n")}

[Install]
WantedBy=timers.target
`;
}

/** What the app and the one who fetches for it must have in common. */
function surroundings({ names, registry, tokenFile }: UnitSettings): string {
  const line = registry === undefined
    ? "# Where apps are: here or as `registry` in /etc/edgeboot/config.toml.\n" +
      "#Environment=EDGEBOOT_REGISTRY=https://bundles.example.com\n"
    : `Environment=${quoted(`EDGEBOOT_REGISTRY=${registry}`)}\n`;
  const token = tokenFile === undefined ? "" : `\
# Read by root, seen by this service alone. EDGEBOOT_TOKEN_FILE does not reach the app, but as it is
# the same process it can read the file in $CREDENTIALS_DIRECTORY.
LoadCredential=token:${tokenFile}
Environment=EDGEBOOT_TOKEN_FILE=%d/token
`;
  return `${line}# Variables of the app, KEY=value; the file may be absent.
EnvironmentFile=-/etc/edgeboot/${names.variables}.env
${token}
${USER}
${HARDENING}`;
}

/**
 * The trade: a user for each app would keep apps apart, and share nothing. systemd gives the cache to the
 * unit's user at each start, so two users would take it from one another, and edgeboot starts nothing
 * from a cache of somebody else.
 */
const USER =
  `# One dynamic user, by its name, for all units that share the cache: a layer is stored once. It also means
# that these apps could change each other's layers; one that must be kept apart gets a User= and a
# CacheDirectory= of its own.
DynamicUser=yes
User=edgeboot
CacheDirectory=edgeboot
`;

/** As systemd reads it: C escapes between quotes (systemd.syntax(7)), and %% for its specifiers. */
export function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, "\\$&").replaceAll("%", "%%")
    .replace(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return /^[\w=:/.%@,+-]*$/.test(escaped) ? escaped : `"${escaped}"`;
}
