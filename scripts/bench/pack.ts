import type { Python } from "../demo/python.ts";
import { mustRun } from "../demo/run.ts";
import { megabytes } from "../demo/text.ts";
import { installTools, type Tools } from "./start/tools.ts";
import { median } from "./statistics.ts";
import { renderTable } from "./table.ts";

/** 100 MB of wheels: native extensions large and small, thousands of small files, pure Python. */
const REQUIREMENTS = [
  ...["numpy==2.2.6", "pandas==2.3.3", "scipy==1.15.3", "matplotlib==3.10.7", "pillow==11.3.0"],
  ...["Django==5.2.8", "SQLAlchemy==2.0.44", "fastapi==0.115.14", "uvicorn==0.35.0"],
];

const APP = "import numpy\n\n\ndef main():\n    print(numpy.__version__)\n";

/** Makes something that can be shipped of the same wheels and the same app, in `place`. */
interface Packer {
  readonly name: string;
  run(place: string): Promise<unknown>;
}

interface Ground {
  readonly edgeboot: string;
  readonly python: Python;
  readonly tools: Tools;
  readonly wheels: string;
  readonly requirements: string;
}

/**
 * How long packing takes: with nothing kept, once more, and with another line in the app; all from wheels that are
 * here, so that no network counts.
 */
export async function benchPack(
  edgeboot: string,
  python: Python,
  work: string,
  rounds: number,
): Promise<void> {
  const kept = `${cacheHome()}/edgeboot-bench/pack-${python.pythonTag}-1`;
  await Deno.mkdir(kept, { recursive: true });
  const tools = await installTools(python, kept);
  const wheels = await downloadWheels(tools, kept);
  const requirements = `${work}/requirements.txt`;
  await Deno.writeTextFile(requirements, REQUIREMENTS.join("\n"));
  const packers = packersOf({ edgeboot, python, tools, wheels, requirements });
  const times = new Map(packers.map(({ name }) => [name, [[], [], []] as number[][]]));
  for (let round = 0; round < rounds; round++) {
    for (const packer of packers) {
      const measured = await measureOnce(packer, `${work}/pack-${round}`);
      measured.forEach((ms, index) => times.get(packer.name)![index]!.push(ms));
    }
  }
  const bytes = [...Deno.readDirSync(wheels)]
    .reduce((sum, { name }) => sum + Deno.statSync(`${wheels}/${name}`).size, 0);
  console.log(`\nPacking ${megabytes(bytes)} of wheels, ${rounds} rounds, seconds\n`);
  const rows = [...times].map(([name, columns]) => [
    name,
    ...columns.map((each) => (median(each) / 1000).toFixed(2)),
  ]);
  console.log(renderTable(["", "cold", "again", "a line changed"], rows));
  console.log(LEGEND);
}

async function measureOnce({ run }: Packer, place: string): Promise<number[]> {
  await Deno.mkdir(`${place}/app`, { recursive: true });
  try {
    const times: number[] = [];
    for (const text of [APP, APP, APP.replace("print(", "print('v2', ")]) {
      await Deno.writeTextFile(`${place}/app/app.py`, text);
      const began = performance.now();
      await run(place);
      times.push(performance.now() - began);
    }
    return times;
  } finally {
    await mustRun(["chmod", "-R", "u+w", place]);
    await Deno.remove(place, { recursive: true });
  }
}

function packersOf({ edgeboot, python, tools, wheels, requirements }: Ground): Packer[] {
  const { executable } = python;
  const pack = (place: string, ...more: string[]) => {
    const args = [
      ...["pack", "--app", "app", "--version", "1", "--wheels", wheels, "--source", `${place}/app`],
      ...["--entry", "app:main", "-o", `${place}/registry`, "--cache", `${place}/cache`, ...more],
    ];
    const path = `${executable.replace(/\/[^/]*$/, "")}:/usr/bin:/bin`;
    return mustRun([edgeboot, ...args], { env: { PATH: path } });
  };
  const offline = ["--no-index", "--find-links", wheels];
  return [
    { name: "edgeboot pack", run: (place) => pack(place) },
    { name: "edgeboot pack --no-check", run: (place) => pack(place, "--no-check") },
    {
      name: "shiv",
      run: (place) =>
        mustRun([
          tools.shiv,
          ...["--quiet", "--output-file", `${place}/app.pyz`, "--site-packages"],
          ...[`${place}/app`, "--entry-point", "app:main", ...offline, "-r", requirements],
        ], { env: { PIP_CACHE_DIR: `${place}/pip` } }),
    },
    {
      name: "pex",
      run: (place) =>
        mustRun([
          tools.pex,
          ...["-r", requirements, "--no-pypi", "--find-links", wheels],
          // Another pip would have to come from an index.
          ...["--pip-version", "vendored", "--sources-directory", `${place}/app`],
          ...["--entry-point", "app:main", "--python", executable, "-o", `${place}/app.pex`],
        ], { env: { PEX_ROOT: `${place}/pex` } }),
    },
    {
      name: "uv pip install, tar --zstd",
      run: async (place) => {
        const target = `${place}/site`;
        const args = ["--quiet", "--target", target, "--python", executable];
        const env = { UV_CACHE_DIR: `${place}/uv` };
        await mustRun([tools.uv, "pip", "install", ...args, ...offline, "-r", requirements], {
          env,
        });
        await mustRun(["cp", "-r", `${place}/app/app.py`, target]);
        await mustRun(["tar", "--zstd", "-cf", `${place}/app.tar.zst`, "-C", target, "."]);
      },
    },
  ];
}

async function downloadWheels({ pip }: Tools, kept: string): Promise<string> {
  const wheels = `${kept}/wheels`;
  const options = ["--quiet", "--only-binary", ":all:", "--disable-pip-version-check"];
  await mustRun([...pip, "download", ...options, "-d", wheels, ...REQUIREMENTS]);
  return wheels;
}

function cacheHome(): string {
  return Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
}

const LEGEND = `
cold             nothing is kept: no cache of the tool, no result of an earlier run
again            the same once more
a line changed   with another line in the app's only module
edgeboot pack    into a directory that is a registry; the app's imports are tried unless --no-check`;
