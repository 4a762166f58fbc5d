import { findPip, type Python } from "../../demo/python.ts";
import { mustRun } from "../../demo/run.ts";

/** Programs of others that start or pack Python apps, at the versions that are measured. */
const PINNED = ["shiv==1.0.8", "pex==2.33.9", "uv==0.13.9"];

export interface Tools {
  readonly pip: readonly [string, ...string[]];
  readonly uv: string;
  readonly shiv: string;
  readonly pex: string;
}

/** Installed once below `place`, in an environment of their own. @throws {Error} where there is no pip */
export async function installTools(python: Python, place: string): Promise<Tools> {
  const bin = `${place}/tools/bin`;
  const pip = await findPip(python, place);
  if (pip === undefined) throw new Error("this benchmark needs pip (apt-get install python3-pip)");
  await mustRun([python.executable, "-m", "venv", `${place}/tools`]);
  const inside = [`${bin}/python`, "-m", "pip"] as const;
  await mustRun([...inside, "install", "--quiet", "--disable-pip-version-check", ...PINNED]);
  return { pip: inside, uv: `${bin}/uv`, shiv: `${bin}/shiv`, pex: `${bin}/pex` };
}

/** Installs with bytecode, as pip does by itself, whatever the environment of this process says. */
export async function pipInstall(
  pip: readonly [string, ...string[]],
  requirements: readonly string[],
  ...options: string[]
): Promise<void> {
  if (requirements.length === 0) return;
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"];
  await mustRun([...pip, "install", ...quiet, ...options, ...requirements], {
    env: { PIP_ROOT_USER_ACTION: "ignore", PYTHONDONTWRITEBYTECODE: "" },
  });
}
