import { FsError, type Host } from "../../host/ports.ts";
import { type Check, ok, problem, warning } from "./check.ts";
import { mountOf } from "./mounts.ts";
import { probeDirectory } from "./probe.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Build {
  readonly version: string;
  readonly commit: string;
  /** day of the commit, `YYYY-MM-DD`, or `unknown` */
  readonly date: string;
}

/** Who this edgeboot is, and whether it can become another program. */
export function checkEdgeboot({ host, machine }: Surroundings, build: Build): Check[] {
  const { runtime } = host.process;
  const facts = { ...build, deno: runtime.version, target: runtime.target };
  const refusal = machine.execRefusal();
  return [
    ok(
      "version",
      `${build.version} (${build.commit}, ${build.date}), Deno ${runtime.version}`,
      { facts },
    ),
    checkExec(refusal),
  ];
}

/** A kernel that refuses execve to us refuses it to a child, too: `--spawn` is no way out. */
function checkExec(refusal: string | undefined): Check {
  if (refusal === undefined) return ok("exec", "Python can replace this process");
  return problem(
    "exec",
    "PYTHON_NOT_EXECUTABLE",
    `this process may not become another program: ${refusal}`,
    "allow execve in the seccomp or LSM profile; --spawn needs it as well",
  );
}

/** The system, and what is unusual about the place that edgeboot was started in. */
export function checkMachine(surroundings: Surroundings): Check[] {
  const { host, machine, mounts } = surroundings;
  const kernel = readLine("/proc/sys/kernel/osrelease", host);
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(readText("/etc/os-release", host))?.[1];
  const libc = machine.libcVersion();
  const facts = { arch: host.process.arch, kernel, system, libc };
  const parts = [
    ...[system, `Linux ${kernel}`, host.process.arch],
    libc === undefined ? undefined : `glibc ${libc}`,
  ];
  const isReadOnly = mountOf("/", mounts)?.options.includes("ro") ?? false;
  return [
    ok("system", parts.filter((part) => part !== undefined).join(", "), { facts }),
    checkUser(host),
    ok("context", contextOf(host, isReadOnly).join(", ") || "an ordinary machine", {
      facts: { pid: host.process.pid, read_only_root: isReadOnly },
    }),
    checkTemporary(surroundings),
    ...checkLimits(host),
  ];
}

function checkUser(host: Host): Check {
  const { env, process } = host;
  const entry = readText("/etc/passwd", host).split("\n").map((line) => line.split(":"))
    .find(([, , uid]) => Number(uid) === process.uid && uid !== "");
  const home = env.get("HOME");
  const name = entry === undefined ? "no entry in /etc/passwd" : entry[0];
  const lives = home === undefined ? "no HOME" : `HOME=${home}`;
  const facts = { uid: process.uid, passwd_entry: entry !== undefined, home: home ?? null };
  return ok("user", `uid ${process.uid} (${name}), ${lives}`, { facts });
}

/** Hints, in words: nothing here is wrong, and each explains something that looks odd elsewhere. */
function contextOf(host: Host, isReadOnly: boolean): string[] {
  const { env, fs, process } = host;
  const exists = (path: string) => {
    try {
      return fs.stat(path) !== undefined;
    } catch {
      return false;
    }
  };
  const status = readText("/proc/self/status", host);
  const cacheDirectory = env.get("CACHE_DIRECTORY");
  const hints: (string | false | undefined)[] = [
    process.pid === 1 && "PID 1",
    env.has("KUBERNETES_SERVICE_HOST")
      ? "Kubernetes"
      : (exists("/.dockerenv") || exists("/run/.containerenv") || env.has("container")) &&
        "a container",
    env.has("INVOCATION_ID") && "started by systemd",
    cacheDirectory !== undefined && `CACHE_DIRECTORY=${cacheDirectory}`,
    env.has("NOTIFY_SOCKET") && "NOTIFY_SOCKET is set",
    isReadOnly && "read-only root",
    /^NoNewPrivs:\s*1/m.test(status) && "no-new-privileges",
    /^Seccomp:\s*2/m.test(status) && "a seccomp filter",
  ];
  return hints.filter((hint) => typeof hint === "string");
}

function checkTemporary({ host, mounts }: Surroundings): Check {
  const path = host.env.get("TMPDIR") || "/tmp";
  const { failure } = probeDirectory(path, host);
  if (failure !== undefined) {
    return warning(
      "tmp",
      `${path} cannot be written: ${failure.message}`,
      "edgeboot does without; many apps do not: mount an emptyDir or tmpfs there, or set TMPDIR",
    );
  }
  const mount = mountOf(path, mounts);
  const noexec = mount?.options.includes("noexec") ? ", noexec" : "";
  return ok("tmp", `${path} can be written (${mount?.type ?? "?"}${noexec})`);
}

const FEW_FILES = 1024;

/** /proc/self/limits: the app inherits these. */
function checkLimits(host: Host): Check[] {
  const found = /^Max open files\s+(\S+)\s+(\S+)/m.exec(readText("/proc/self/limits", host));
  if (found === null) return [];
  const [, soft, hard] = found;
  const text = `${soft} open files, at most ${hard}`;
  const facts = { soft, hard };
  if (soft === "unlimited" || Number(soft) >= FEW_FILES) return [ok("limits", text, { facts })];
  const next = "raise it where the service is defined: LimitNOFILE= of systemd, `ulimit -n`";
  return [warning("limits", `${text}: servers run out of them early`, next, { facts })];
}

function readText(path: string, { fs }: Host): string {
  try {
    return fs.readText(path);
  } catch (error) {
    if (error instanceof FsError) return "";
    throw error;
  }
}

function readLine(path: string, host: Host): string {
  return readText(path, host).split("\n", 1)[0]!;
}
