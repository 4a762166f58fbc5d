import type { Python } from "../../demo/python.ts";
import { mustRun } from "../../demo/run.ts";
import { pipInstall, type Tools } from "./tools.ts";
import { moduleText, type Workload } from "./workloads.ts";

/** One workload in every form that somebody starts it from. Made once, then kept. */
export interface Ground {
  readonly app: string;
  /** a virtual environment by venv and pip, the app in it */
  readonly venv: string;
  /** directories of packages: `pip install --target`, `uv pip install --target` */
  readonly byPip: string;
  readonly byUv: string;
  /** the wheels themselves */
  readonly wheels: string;
  /** a project that `uv sync` has been run in */
  readonly project: string;
  readonly shiv: string;
  readonly pex: string;
  readonly pexVenv: string;
}

export async function prepareGround(
  workload: Workload,
  python: Python,
  tools: Tools,
  place: string,
): Promise<Ground> {
  const at = (name: string) => `${place}/${workload.name}/${name}`;
  const ground: Ground = {
    ...{ app: at("app"), venv: at("venv"), byPip: at("pip"), byUv: at("uv"), wheels: at("wheels") },
    ...{ project: at("project"), shiv: at("app.shiv.pyz"), pex: at("app.pex") },
    pexVenv: at("app.venv.pex"),
  };
  if (await exists(at("done"))) return ground;
  console.log(`preparing ${workload.name}; this is done once`);
  const { requirements } = workload;
  for (const path of [ground.app, ground.byPip, ground.byUv, ground.wheels]) {
    await Deno.mkdir(path, { recursive: true });
  }
  await Deno.writeTextFile(`${ground.app}/m.py`, moduleText(workload));
  await makeVenv(ground, requirements, python);
  await pipInstall(tools.pip, requirements, "--target", ground.byPip);
  if (requirements.length > 0) {
    const into = ["--target", ground.byUv, "--python", python.executable];
    await mustRun([tools.uv, "pip", "install", "--quiet", ...into, ...requirements]);
    await mustRun([...tools.pip, "download", "--quiet", "-d", ground.wheels, ...requirements]);
  }
  await makeProject(ground, requirements, python, tools);
  await makeZipApps(ground, requirements, python, tools);
  await Deno.writeTextFile(at("done"), "");
  return ground;
}

async function makeVenv(
  { app, venv }: Ground,
  requirements: readonly string[],
  python: Python,
): Promise<void> {
  await mustRun([python.executable, "-m", "venv", venv]);
  await pipInstall([`${venv}/bin/python`, "-m", "pip"], requirements);
  const [major, minor] = python.version;
  await Deno.copyFile(`${app}/m.py`, `${venv}/lib/python${major}.${minor}/site-packages/m.py`);
}

async function makeProject(
  { app, project }: Ground,
  requirements: readonly string[],
  python: Python,
  { uv }: Tools,
): Promise<void> {
  await Deno.mkdir(project, { recursive: true });
  await Deno.copyFile(`${app}/m.py`, `${project}/m.py`);
  const [major, minor] = python.version;
  await Deno.writeTextFile(
    `${project}/pyproject.toml`,
    `[project]\nname = "m"\nversion = "1"\nrequires-python = "==${major}.${minor}.*"\n` +
      `dependencies = ${JSON.stringify(requirements)}\n`,
  );
  await mustRun([uv, "sync", "--quiet", "--python", python.executable], { cwd: project });
}

async function makeZipApps(
  { app, byPip, shiv, pex, pexVenv }: Ground,
  requirements: readonly string[],
  python: Python,
  tools: Tools,
): Promise<void> {
  const both = `${shiv}.site-packages`;
  await mustRun(["cp", "-a", byPip, both]);
  await mustRun(["cp", `${app}/m.py`, both]);
  const entry = ["-e", "m:main", "-p", python.executable];
  await mustRun([tools.shiv, "--site-packages", both, ...entry, "-o", shiv]);
  const sources = ["-D", app, "-e", "m:main", "--python", python.executable];
  await mustRun([tools.pex, ...requirements, ...sources, "-o", pex]);
  await mustRun([tools.pex, ...requirements, ...sources, "--venv", "-o", pexVenv]);
}

export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
