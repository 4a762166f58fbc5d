import type { Context } from "../../src/app/context.ts";
import type { Event } from "../../src/app/events.ts";
import { ABSENT } from "../../src/launch/importable.ts";
import type { Target } from "../../src/app/start/request.ts";
import { openSession, readSettings } from "../../src/cli/session.ts";
import { DEFAULT_STYLE, Logger } from "../../src/cli/logger.ts";
import { denoHost } from "../../src/host/deno_host.ts";
import type { Host } from "../../src/host/ports.ts";
import { parseLocation } from "../../src/model/location.ts";
import { parseLayerDigest } from "../../src/model/digest.ts";
import { parseAppRef } from "../../src/model/ref.ts";

export interface TestHost {
  readonly host: Host;
  readonly stdout: string[];
  readonly stderr: string[];
}

/** The real host, but for its environment, its output, its umask and its signals. */
export function testHost(
  env: Readonly<Record<string, string>> = {},
  inner: Host = denoHost,
): TestHost {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const variables = new Map(Object.entries({ PATH: "/usr/bin:/bin", ...env }));
  const host: Host = {
    ...inner,
    env: {
      get: (name) => variables.get(name),
      has: (name) => variables.has(name),
      names: () => [...variables.keys()],
    },
    output: {
      stdout: (text) => void stdout.push(text),
      stderr: (text) => void stderr.push(text),
      stdoutTerminal: { isTerminal: false, colour: false, columns: 80 },
      stderrTerminal: { isTerminal: false, colour: false, columns: 80 },
      stderrIsJournal: false,
    },
    // Both belong to the whole process, and tests run several edgeboots in one.
    process: { ...inner.process, umask: () => 0o022 },
  };
  return { host, stdout, stderr };
}

export interface TestContext {
  readonly context: Context;
  readonly events: Event[];
}

/** The context of one command, wired as the command line does it, with settings as flags. */
export async function testContext(
  flags: Readonly<Record<string, string>>,
  host: Host = testHost().host,
  target?: Target,
): Promise<TestContext> {
  const values = new Map<string, string | true>(Object.entries(flags));
  const { config } = await readSettings({ values, verbosity: 0, rest: [] }, host);
  const events: Event[] = [];
  const logger = new Logger(host, DEFAULT_STYLE);
  const context = openSession({ config, logger, host }, target);
  return { context: { ...context, report: { event: (event) => events.push(event) } }, events };
}

export function app(text: string): Target {
  return { kind: "app", appRef: parseAppRef(text) };
}

export function bundle(url: string, sha256: string): Target {
  return {
    kind: "bundle",
    bundle: parseLocation(url, "bundle"),
    sha256: parseLayerDigest(sha256),
  };
}

/** An interpreter that is asked but never started: a file, and the answer that Python 3.11 gives. */
export function fakePython(
  directory: string,
  says: Readonly<Record<string, unknown>> = {},
): { readonly path: string; readonly commands: Host["commands"]; readonly asked: string[] } {
  const path = `${directory}/python3`;
  Deno.writeTextFileSync(path, "#!/bin/false\n", { mode: 0o755 });
  const asked: string[] = [];
  const answer = {
    version: [3, 11, 2],
    implementation: "cpython",
    abiflags: "",
    machine: "x86_64",
    os: "Linux",
    libc: "glibc 2.36",
    path: ["/nowhere/lib/python3.11"],
    venv: null,
    ...says,
  };
  const run = (executable: string, [first]: readonly string[]) => {
    if (first !== "-I") return Promise.resolve({ code: ABSENT, stdout: "", stderr: "" });
    asked.push(executable);
    return Promise.resolve({
      code: 0,
      stdout: `${JSON.stringify({ executable, ...answer })}\n`,
      stderr: "",
    });
  };
  return { path, commands: { run }, asked };
}
