import { command } from "../../tests/e2e/support/command.ts";
import type { Change, Project } from "./project.ts";

export interface PeerSize {
  readonly name: string;
  /** bytes */
  readonly bytes: number;
}

/**
 * What has to be stored, pushed and pulled of the same state with other tools. An image has the code in a layer
 * of its own above the dependencies, so that a changed line costs the code alone.
 */
export async function peerSizes(
  project: Project,
  change: Change,
  work: string,
): Promise<PeerSize[]> {
  const place = `${work}/peers/${change.version}`;
  await Deno.mkdir(place, { recursive: true });
  const venv = `${work}/peers/venv`;
  if (!await exists(`${venv}/bin/shiv`)) {
    await run("python3", "-m", "venv", venv);
    await run(`${venv}/bin/pip`, "install", "-q", "shiv", "pex");
  }
  const { code, requirements } = project;
  const site = `${place}/site`;
  await run(`${venv}/bin/pip`, "install", "-q", "--target", site, "-r", requirements);
  const layer = change.name === "one line of code" ? code : site;
  await run("tar", "-czf", `${place}/layer.tar.gz`, "-C", layer, ".");
  await Deno.writeTextFile(`${code}/setup.py`, SETUP);
  const shiv = ["-q", "-c", "shop", "-o", `${place}/shop.pyz`, "-r", requirements, code];
  await run(`${venv}/bin/shiv`, ...shiv.filter((word) => word !== "-q"));
  const pex = ["-r", requirements, "-D", code, "-e", "shop.main:main"];
  await run(`${venv}/bin/pex`, ...pex, "-o", `${place}/shop.pex`);
  await Deno.remove(`${code}/setup.py`);
  for (const made of ["build", "shop.egg-info"]) {
    await Deno.remove(`${code}/${made}`, { recursive: true }).catch(() => {});
  }
  return [
    { name: "image layer", bytes: await sizeOf(`${place}/layer.tar.gz`) },
    { name: "shiv", bytes: await sizeOf(`${place}/shop.pyz`) },
    { name: "PEX", bytes: await sizeOf(`${place}/shop.pex`) },
  ];
}

const SETUP = `from setuptools import find_packages, setup
setup(name="shop", version="1", packages=find_packages(),
      entry_points={"console_scripts": ["shop=shop.main:main"]})
`;

async function run(program: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await command(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

async function sizeOf(path: string): Promise<number> {
  return (await Deno.stat(path)).size;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
