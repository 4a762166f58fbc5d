import { formatAppRef, formatRef } from "../../model/ref.ts";
import { IMAGE_NAME, type InitRequest, initUsage, optionOf, PLAIN_UID } from "./request.ts";

/** Debian 12's own; its security fixes come by apt. */
const DEBIAN_PYTHON = "3.11";
const DEFAULT_BASE = "docker.io/library/debian:bookworm-slim";

/** `edgeboot init docker`: a base image for every app, or with APP an image that is that app's. */
export function dockerfile(request: InitRequest): string {
  const { options, registry, appRef } = request;
  const base = optionOf(request, "base", DEFAULT_BASE, IMAGE_NAME, "the name of an image");
  const uid = optionOf(request, "uid", "10001", PLAIN_UID, "a user ID from 1");
  const pythons = pythonsOf(request);
  const copied = pythons.filter((version) => version !== DEBIAN_PYTHON);
  const image = `edgeboot-python:${pythons.join("-")}`;
  const app = appRef && (formatRef(appRef.ref) === "stable" ? appRef.app : formatAppRef(appRef));
  return [
    about(pythons, image, app, registry),
    ...copied.map((version) => stage(version, base)),
    `FROM ${base}\n`,
    executable(),
    user(uid),
    packages(pythons.includes(DEBIAN_PYTHON), options.has("python")),
    ...(copied.length === 0 ? [] : [copies(copied)]),
    identity(uid),
    environment(registry, app),
    start(app),
  ].join("\n");
}

/** @throws EdgebootError USAGE (64) */
function pythonsOf(request: InitRequest): string[] {
  const text = optionOf(
    ...[request, "python", DEBIAN_PYTHON] as const,
    /^3\.\d{1,2}(?:,3\.\d{1,2})*$/,
    "versions such as 3.11 or 3.11,3.12",
  );
  const versions = [...new Set(text.split(","))];
  const minor = (version: string) => Number(version.slice(2));
  const old = versions.find((version) => minor(version) < 8);
  if (old !== undefined) throw initUsage(request.kind, `--python ${old} is too old: 3.8 or later`);
  return versions.sort((a, b) => minor(a) - minor(b));
}

function about(
  pythons: readonly string[],
  image: string,
  app: string | undefined,
  registry: string | undefined,
): string {
  const whose = app === undefined
    ? "A base image for Python apps, with nothing of any app in it: all of them start from this one."
    : `An image for ${app}, with nothing of the app in it: that comes from the registry.`;
  const run = `docker run --read-only --tmpfs /tmp -v edgeboot-cache:/var/cache/edgeboot \\`;
  return `# ${whose}
# Debian 12, Python ${
    pythons.join(" and ")
  }, edgeboot. With the edgeboot executable beside this file:
#
#   docker build --pull --build-arg FIXES=$(date +%F) -t ${image} .
#   ${run}
#     ${registry === undefined ? "-e EDGEBOOT_REGISTRY=https://bundles.example.com " : ""}${image}${
    app === undefined ? " APP[@REF]" : ""
  } [ARGS...]
#
# Build it anew when Debian or Python publish a fix, and restart what runs. No app is rebuilt.
`;
}

/** The official images come from where the base comes from: a mirror of Docker Hub has both. */
function stage(version: string, base: string): string {
  const from = base.includes("/") ? base.slice(0, base.lastIndexOf("/") + 1) : "";
  return `# Debian 12 has Python ${DEBIAN_PYTHON} only. ${version} comes as its official image, for the same Debian, has built it: three paths
# are copied from there. Its pip goes first; packages are an app's, and come in layers.
FROM ${from}python:${version}-slim-bookworm AS python-${version}
RUN rm -rf /usr/local/lib/python${version}/site-packages/*
`;
}

/** What the standard library's extension modules of a copied Python are linked to. */
const RUNTIME_LIBRARIES = "libbz2-1.0 libffi8 libgdbm6 liblzma5 libncursesw6 libnsl2 " +
  "libreadline8 libsqlite3-0 libssl3 libuuid1 zlib1g";

function packages(debian: boolean, chosen: boolean): string {
  const python = debian ? ["python3", "python3-distutils"] : RUNTIME_LIBRARIES.split(" ");
  const names = ["ca-certificates", "netbase", "tzdata", ...python];
  const why = debian
    ? `# python3: Debian's 3.11${
      chosen ? "" : " (--python chooses others)"
    }. python3-distutils: a part of the
#   standard library that Debian packs by itself; without it \`import distutils\` fails.`
    : `# lib…: what the extension modules of Python's standard library (ssl, sqlite3, ctypes) are linked to.`;
  return `# After edgeboot's layers: a fix of Python or Debian's packages makes this one anew, and every layer behind it.
# A builder that has this line cached asks nobody for fixes: --build-arg FIXES=$(date +%F) makes it look again, once a day.
ARG FIXES=none
# upgrade: fixes that are younger than the base image. No recommended packages: nobody asked for them.
# ca-certificates: whom Python's ssl trusts. tzdata: zoneinfo. netbase: names of ports and protocols.
${why}
# The lists and logs go in the layer that made them: removed by a later one they would still be stored.
# DEBIAN_FRONTEND is set for this line alone; as ENV every app would inherit it.
RUN set -eux; \\
    : "fixes as of \${FIXES}"; \\
    export DEBIAN_FRONTEND=noninteractive; \\
    apt-get update; \\
    apt-get upgrade -y; \\
    apt-get install -y --no-install-recommends ${wrapped(names)}; \\
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \\
      /var/cache/ldconfig/aux-cache
`;
}

/** Names of packages, a few on each line. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += 6) lines.push(names.slice(at, at + 6).join(" "));
  return `\\\n      ${lines.join(" \\\n      ")}`;
}

function copies(versions: readonly string[]): string {
  const copy = (version: string) => {
    const from = `COPY --from=python-${version} /usr/local`;
    return `${from}/bin/python${version} /usr/local/bin/
${from}/lib/libpython${version}.so.1.0 /usr/local/lib/
${from}/lib/python${version} /usr/local/lib/python${version}
`;
  };
  const imports = "bz2, ctypes, curses, lzma, readline, sqlite3, ssl, uuid, zlib";
  const checks = versions.map((version) => `    python${version} -c 'import ${imports}'`);
  return `# The interpreter, its library and its standard library, side by side with the others: edgeboot takes the one that
# an app's release asks for.
${versions.map(copy).join("")}\
# ldconfig: the loader finds libpython by its cache. Then each is asked for what a missing library would break;
# here that ends the build, later it would end an app. -B: no bytecode that only this check needs.
RUN set -eux; \\
    ldconfig; \\
    rm -f /var/cache/ldconfig/aux-cache; \\
${checks.join("; \\\n").replaceAll(" -c ", " -B -c ")}
`;
}

function executable(): string {
  return `# The same file for every Python and every app, and first, so that its layer (39 MB) stays when what follows is made anew.
# 0555: nobody who gets into an app can replace what starts the next.
COPY --chmod=0555 edgeboot /usr/local/bin/edgeboot
`;
}

function user(uid: string): string {
  return `# The cache. Open with the sticky bit, as /tmp is: a container may be given any user (--user, OpenShift,
# runAsUser), and edgeboot makes its own directory in there, closed to others, and starts nothing of theirs.
# A named volume that is new takes this mode over. The passwd entry is for libraries that ask who they are
# (getpass, libpq); edgeboot itself needs none. No home and no shell: nobody logs in.
RUN set -eux; \\
    install -d -m 1777 /var/cache/edgeboot; \\
    echo 'app:x:${uid}:${uid}::/nonexistent:/usr/sbin/nologin' >> /etc/passwd; \\
    echo 'app:x:${uid}:' >> /etc/group
`;
}

function identity(uid: string): string {
  return `# Numbers: Kubernetes' runAsNonRoot cannot tell by a name who is not root.
USER ${uid}:${uid}
`;
}

function environment(registry: string | undefined, app: string | undefined): string {
  const settings = registry === undefined
    ? `# Where apps come from; a container can be given another one (docker run -e).
# ENV EDGEBOOT_REGISTRY=https://bundles.example.com
`
    : `# Where apps come from; a container can be given another one (docker run -e). No secrets here: a token is
# mounted, and named by EDGEBOOT_TOKEN_FILE.
ENV EDGEBOOT_REGISTRY=${quoted(registry)}
`;
  const fixed = app === undefined ? "" : `
# What this image starts; every argument of \`docker run\` is the app's.
ENV EDGEBOOT_APP=${app}
`;
  return `# One place whatever HOME and XDG_CACHE_HOME say, so that a volume can be mounted there. No VOLUME: it would give each
# container that is started without one an anonymous volume (never shared, left behind when it ends), and throw away
# what a derived image fetches into this directory.
ENV EDGEBOOT_CACHE=/var/cache/edgeboot

${settings}${fixed}`;
}

/** As a Dockerfile's double quotes take it. */
function quoted(value: string): string {
  return /^[\w.:/@%+-]+$/.test(value) ? value : `"${value.replace(/[\\"$]/g, "\\$&")}"`;
}

function start(app: string | undefined): string {
  const first = app === undefined ? "the first argument is the app, the rest is the app's own" : "";
  const how = first === "" ? "" : ` ${first[0]!.toUpperCase()}${first.slice(1)}.`;
  return `# What docker stop sends, stated because a base image may have set another: Python servers drain on SIGTERM. Python has
# replaced edgeboot by then and is PID 1 itself, so nothing has to pass the signal on.
# An app that is no init, as it starts processes and does not wait for them (zombies in \`ps\`) or has no handler for
# SIGTERM (a PID 1 without one ignores it), wants EDGEBOOT_SPAWN=yes: edgeboot stays PID 1, passes signals on and
# takes the status of what is left behind. No second init (tini, docker run --init) is needed.
STOPSIGNAL SIGTERM

# A list, not a string: a string would start /bin/sh as PID 1, which swallows SIGTERM. The full path: PATH can be set by
# whoever starts the container.${how} No CMD: without an app
# edgeboot says what is missing (64). No HEALTHCHECK: what is healthy, an app knows.
ENTRYPOINT ["/usr/local/bin/edgeboot", "run"]
`;
}
