import { needsPackers, packers } from "../../tests/e2e/support/bundles.ts";
import { BINARY } from "../../tests/e2e/support/binary.ts";
import { command, output } from "../../tests/e2e/support/command.ts";
import { trace } from "../../tests/e2e/support/faults/strace.ts";
import { CHANGING, type Site, sitesBelow, struck } from "../../tests/e2e/support/faults/strace.ts";
import { PYTHON, SEARCH_PATH } from "../../tests/e2e/support/python.ts";
import { Sandbox } from "../../tests/e2e/support/sandbox.ts";
import { renderTable } from "../bench/table.ts";
import { buildPyapp, needsCargo } from "./pyapp.ts";

/** Another way to start a packed Python app, which unpacks it somewhere first. */
interface Peer {
  readonly name: string;
  /** the program and its arguments */
  readonly start: readonly string[];
  /** what makes it unpack below `root` */
  env(root: string): Record<string, string>;
}

const FILES = 60;

/** Says how many of its files it has found, as an app would not: so that what is missing is seen. */
const MAIN = `
import os
def main():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
    found = [os.path.join(at, name) for at, _, names in os.walk(here) for name in names]
    print(len(found), sum(os.path.getsize(path) for path in found))
if __name__ == "__main__":
    main()
`;

function appFiles(): Record<string, string> {
  const data = Array.from(
    { length: FILES },
    (_, n) => [`peerapp/data/d${n % 5}/f${n}.txt`, `${n} `.repeat(400)],
  );
  return { "peerapp/__init__.py": "", "peerapp/__main__.py": MAIN, ...Object.fromEntries(data) };
}

async function makePeers(sandbox: Sandbox): Promise<Peer[]> {
  const files = appFiles();
  await sandbox.publish("peerapp", files, { entrypoint: { callable: "peerapp.__main__:main" } });
  const peers: Peer[] = [{
    name: "edgeboot",
    start: [BINARY, "run", "peerapp"],
    env: (root) => ({ EDGEBOOT_REGISTRY: sandbox.registry, EDGEBOOT_CACHE: root }),
  }];
  const source = await sandbox.write("files/peerapp", files);
  if (needsPackers !== undefined) console.log(`without shiv and pex: ${needsPackers}`);
  else peers.push(...await pythonPeers(sandbox, source));
  if (needsCargo !== undefined) console.log(`without pyapp: ${needsCargo}`);
  else {
    peers.push({
      name: "pyapp 0.31.0",
      start: [await buildPyapp(source)],
      env: (root) => ({ XDG_DATA_HOME: root, XDG_CACHE_HOME: `${root}/cache` }),
    });
  }
  return peers;
}

async function pythonPeers(sandbox: Sandbox, source: string): Promise<Peer[]> {
  const env = { PYTHONPATH: await packers(), PATH: SEARCH_PATH, HOME: sandbox.path("home") };
  const make = async (...args: string[]) => {
    await output(PYTHON.path, ["-m", ...args], { env, cwd: sandbox.root });
  };
  const at = (name: string) => sandbox.path("files", name);
  const entry = ["--entry-point", "peerapp.__main__:main"];
  const shebang = ["--python", "/usr/bin/env python3"];
  await make(
    ...["shiv.cli", "--site-packages", source, ...entry, ...shebang],
    ...["--output-file", at("shiv.pyz")],
  );
  const pex = ["pex", "--sources-directory", source, ...entry, "--python", PYTHON.path];
  await make(...pex, "--output-file", at("zipapp.pex"));
  await make(...pex, "--venv", "--output-file", at("venv.pex"));
  const start = (name: string) => [PYTHON.path, at(name)];
  const pexEnv = (root: string) => ({ PEX_ROOT: root });
  return [
    { name: "shiv 1.0.8", start: start("shiv.pyz"), env: (root) => ({ SHIV_ROOT: root }) },
    { name: "pex 2.33.9", start: start("zipapp.pex"), env: pexEnv },
    { name: "pex 2.33.9 --venv", start: start("venv.pex"), env: pexEnv },
  ];
}

type Verdict = "fine" | "fails" | "silently wrong";

interface Killed {
  readonly next: Verdict;
  /** The start after the next one. */
  readonly third: Verdict;
  readonly said: string;
  readonly at: string;
}

class Trials {
  #count = 0;

  constructor(private readonly sandbox: Sandbox, private readonly peer: Peer) {}

  async sites(): Promise<Site[]> {
    const root = await this.#newRoot();
    const { ended, calls } = await this.#traced(root);
    if (ended.stdout !== expected()) throw new Error(`${this.peer.name}: ${ended.stderr}`);
    return sitesBelow(root, calls, (path) => path);
  }

  /** Undefined where the kill met no call below its root. */
  async kill(site: Site): Promise<Killed | undefined> {
    const root = await this.#newRoot();
    const injection = { call: site.call, what: "signal=KILL" };
    const { ended, calls } = await this.#traced(root, injection);
    const at = struck(calls, injection);
    const met = sitesBelow(root, calls, (path) => path).find(({ call }) => call === at);
    if (met === undefined || !(ended.signal === "SIGKILL" || ended.code === 137)) return undefined;
    const [next, said] = await this.#start(root);
    const [third] = await this.#start(root);
    await remove(root);
    return { next, third, said, at: met.key };
  }

  async #traced(root: string, injection?: Parameters<typeof trace>[1]["injection"]) {
    const log = this.sandbox.path("files", "trace");
    return await trace(this.peer.start, {
      ...{ calls: CHANGING, log, env: this.#env(root), cwd: this.sandbox.root },
      ...{ injection, across: "exec" },
    });
  }

  async #start(root: string): Promise<[Verdict, string]> {
    const [program, ...args] = this.peer.start;
    const how = { env: this.#env(root), clearEnv: true, cwd: this.sandbox.root };
    const { code, stdout, stderr } = await command(program!, args, how);
    const said = `${stdout}${stderr}`.trim().split("\n").at(-1) ?? "";
    if (code !== 0) return ["fails", `exit ${code}: ${said}`];
    return [stdout === expected() ? "fine" : "silently wrong", said];
  }

  #env(root: string): Record<string, string> {
    const home = this.sandbox.path("home");
    return { PATH: SEARCH_PATH, HOME: home, TMPDIR: `${root}-tmp`, ...this.peer.env(root) };
  }

  async #newRoot(): Promise<string> {
    const name = this.peer.name.replaceAll(/\W/g, "_");
    const root = this.sandbox.path("files", name, `${++this.#count}`);
    await Deno.mkdir(root, { recursive: true });
    await Deno.mkdir(`${root}-tmp`);
    return root;
  }
}

function expected(): string {
  const sizes = Object.entries(appFiles()).filter(([path]) => path.includes("/data/"))
    .map(([, text]) => text.length);
  return `${sizes.length} ${sizes.reduce((sum, size) => sum + size, 0)}\n`;
}

async function remove(root: string): Promise<void> {
  await command("chmod", ["-R", "u+w", root]);
  await command("rm", ["-rf", root, `${root}-tmp`]);
}

const MOST_KILLS = 60;

/** Kills each of them while it unpacks, and starts it again, twice. Says what happened; judges nothing. */
export async function comparePeers(only: string | undefined): Promise<number> {
  await using sandbox = await Sandbox.create();
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const peer of await makePeers(sandbox)) {
    if (only !== undefined && !peer.name.includes(only)) continue;
    const trials = new Trials(sandbox, peer);
    const sites = await trials.sites();
    const step = Math.max(1, sites.length / MOST_KILLS);
    const killed: Killed[] = [];
    for (let at = 0; at < sites.length; at += step) {
      const outcome = await trials.kill(sites[Math.floor(at)]!);
      if (outcome !== undefined) killed.push(outcome);
    }
    const count = (holds: (each: Killed) => boolean) => `${killed.filter(holds).length}`;
    rows.push([
      peer.name,
      `${sites.length}`,
      `${killed.length}`,
      count(({ next }) => next === "fine"),
      count(({ next }) => next === "fails"),
      count(({ next }) => next === "silently wrong"),
      count(({ third }) => third !== "fine"),
    ]);
    const said = new Map(
      killed.filter(({ next }) => next !== "fine").map(({ said, at }) => [said, at]),
    );
    for (const [text, at] of [...said].slice(0, 6)) {
      notes.push(`${peer.name}: ${text}   (killed at ${at.slice(0, 120)})`);
    }
  }
  console.log(renderTable(
    [
      ...["killed while it unpacks", "calls", "kills", "next start fine", "fails"],
      ...["silently wrong", "and stays so"],
    ],
    rows,
  ));
  notes.forEach((line) => console.log(line));
  return 0;
}
