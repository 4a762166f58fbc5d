import { assertEquals } from "@std/assert";
import { command } from "../support/command.ts";
import { BINARY } from "../support/binary.ts";
import { e2e, firstOf, needsProgram } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox, sha256 } from "../support/sandbox.ts";
import { BUILDERS, DJANGO, needsCompiler, type Project, PROJECTS, WHEELS } from "./projects.ts";

const hasSetpriv = Deno.uid() === 0 && await needsProgram("setpriv", "--version") === undefined;
const hasFaketime = await needsProgram("faketime", "--version") === undefined;

interface Surroundings {
  /** below the sandbox */
  readonly place: string;
  readonly umask: string;
  readonly reversed: boolean;
  /** milliseconds since the epoch, of all files */
  readonly modified: number;
  readonly env: Readonly<Record<string, string>>;
  /** Another user, and another day, where the machine lets us be. */
  readonly isStranger: boolean;
}

const HERE: Surroundings = {
  ...{ place: "one", umask: "022", reversed: false, modified: 1_700_000_000_000 },
  ...{ env: { TZ: "UTC", LC_ALL: "C" }, isStranger: false },
};
const THERE: Surroundings = {
  ...{ place: "another/deep place", umask: "077", reversed: true, modified: 1_200_000_000_000 },
  ...{ env: { TZ: "Asia/Tokyo", LC_ALL: "C.UTF-8" }, isStranger: true },
};

/** Writes and packs a project. @returns what the registry holds, path → digest */
async function packed(
  project: Project,
  around: Surroundings,
  sandbox: Sandbox,
): Promise<Map<string, string>> {
  const directory = sandbox.path(around.place, "project");
  const files = Object.entries(project.files);
  for (const [name, text] of around.reversed ? files.reverse() : files) {
    const path = `${directory}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
    await Deno.utime(path, around.modified / 1000, around.modified / 1000);
  }
  const registry = sandbox.path(around.place, "registry");
  const isStranger = around.isStranger && project.isBuilt !== true;
  // Copies, as what is kept may be closed to others.
  const wheels = sandbox.path(around.place, "wheels");
  await copyFiles(project.args.includes(DJANGO) ? DJANGO : WHEELS, wheels);
  const top = sandbox.path(around.place.split("/")[0]!);
  if (isStranger && hasSetpriv) await command("chown", ["-R", "65534:65534", top]);
  const args = project.args.map((arg) => arg === "WHEELS" || arg === DJANGO ? wheels : arg);
  const line = [
    ...(isStranger && hasFaketime ? ["faketime", "2031-02-03 04:05:06"] : []),
    ...(isStranger && hasSetpriv
      ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
      : []),
    ...[BINARY, "pack", "--app", "app", "--version", "1.0", "-o", registry, ...args],
    ...["--python", PYTHON.version, "--platform", `manylinux_2_28_${PYTHON.machine}`],
    ...["--no-check", "--cache", sandbox.path(around.place, "cache")],
  ];
  const script = `umask ${around.umask}; exec "$@"`;
  const env = {
    ...sandbox.environment(),
    ...{ PIP_NO_INDEX: "1", PIP_FIND_LINKS: BUILDERS, HOME: sandbox.path(around.place) },
    ...around.env,
  };
  const options = { cwd: directory, env, clearEnv: true };
  const { code, stderr } = await command("sh", ["-c", script, "sh", ...line], options);
  assertEquals(code, 0, stderr);
  const found = new Map<string, string>();
  const walk = async (path: string) => {
    for await (const { name, isDirectory } of Deno.readDir(`${registry}/${path}`)) {
      const inner = `${path}${name}`;
      if (isDirectory) await walk(`${inner}/`);
      else found.set(inner, await sha256(await Deno.readFile(`${registry}/${inner}`)));
    }
  };
  await walk("");
  return new Map([...found].sort());
}

async function copyFiles(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

for (const project of PROJECTS) {
  const missing = project.name === "extension" ? needsCompiler : undefined;
  e2e(
    `pack gives the same bytes anywhere, and they run: ${project.name}`,
    firstOf(missing),
    async () => {
      await using sandbox = await Sandbox.create();
      const one = await packed(project, HERE, sandbox);
      const another = await packed(project, THERE, sandbox);
      assertEquals(another, one);
      const registry = sandbox.path(HERE.place, "registry");
      const ran = await sandbox.edgeboot(["run", "--registry", registry, "app"]);
      assertEquals([ran.code, ran.stdout], [0, project.prints], ran.stderr);
    },
  );
}
