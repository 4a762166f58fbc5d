import { BINARY } from "../../tests/e2e/support/binary.ts";
import { command, output } from "../../tests/e2e/support/command.ts";
import { PYTHON } from "../../tests/e2e/support/python.ts";
import { digestOf, environment, figures, measured } from "./fetch.ts";

const REQUIREMENTS = ["torch==2.9.1", "numpy==2.4.6"];

/** Results, and which libraries were loaded from where. */
const PROGRAM = `
import torch, torch.nn.functional as F
torch.manual_seed(7)
model = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(7200, 10))
optimizer = torch.optim.Adam(model.parameters())
x, y = torch.randn(16, 3, 32, 32), torch.arange(16) % 10
for step in range(5):
    loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    print(step, "%.6f" % loss.item())
print(torch.__version__, torch.version.cuda, torch.cuda.is_available(), torch.backends.mkldnn.is_available())
print(torch.jit.script(torch.nn.Linear(2, 2)).code)
print(torch.from_numpy(__import__("numpy").arange(3)).sum().item())
with open("/proc/self/maps") as maps:
    libraries = sorted({line.split()[-1] for line in maps if "site-packages" in line and ".so" in line})
print(len(libraries), *libraries, sep="\\n")
`;

/** torch as one layer and in a virtual environment: the same output. */
export async function compareTorch(work: string): Promise<boolean> {
  const venv = `${work}/venv`;
  await output(PYTHON.path, ["-I", "-m", "venv", "--without-pip", venv]);
  await output("python3", [
    ...["-m", "pip", "--python", `${venv}/bin/python3`, "install", "--quiet", "--no-cache-dir"],
    ...["--no-compile", "--only-binary", ":all:", ...REQUIREMENTS],
  ]);
  await Deno.writeTextFile(`${work}/program.py`, PROGRAM);
  const { sha256, size } = await publish(work, venv);
  console.log(`layer: ${(size / 1e9).toFixed(2)} GB packed, ${await sizeOf(venv)} unpacked`);
  const fetched = await measured(work, ["fetch", "torch"]);
  console.log(`edgeboot fetch: ${figures(fetched)}`);
  if (fetched.exit !== 0) {
    console.log(fetched.stderr);
    return false;
  }
  const plain = await timed("plain Python", `${venv}/bin/python3`, [`${work}/program.py`], work);
  const exec = ["exec", "torch", "python", `${work}/program.py`];
  await timed("edgeboot exec, first time", BINARY, exec, work);
  const through = await timed("edgeboot exec", BINARY, exec, work);
  const place = `${work}/cache/v1/trees/sha256/${sha256}`;
  const [left, right] = [plain.replaceAll(venv, "<layer>"), through.replaceAll(place, "<layer>")];
  console.log(left);
  if (left !== right) console.log(`through edgeboot:\n${right}`);
  return left === right;
}

async function publish(work: string, venv: string): Promise<{ sha256: string; size: number }> {
  const archive = `${work}/layer`;
  await output("sh", ["-c", `tar -C "$1" -c . | zstd -q -T0 -3 -o "$2"`, "sh", venv, archive]);
  const sha256 = await digestOf(archive);
  const { size } = await Deno.stat(archive);
  await Deno.mkdir(`${work}/registry/blobs/sha256`, { recursive: true });
  await Deno.mkdir(`${work}/registry/apps/torch`, { recursive: true });
  await Deno.rename(archive, `${work}/registry/blobs/sha256/${sha256}`);
  const release = {
    ...{ schema: "edgeboot.release/v1", app: "torch", version: "1" },
    ...{ layers: [{ kind: "deps", sha256, size }], entrypoint: { module: "torch" } },
  };
  await Deno.writeTextFile(`${work}/registry/apps/torch/stable.json`, JSON.stringify(release));
  return { sha256, size };
}

async function sizeOf(path: string): Promise<string> {
  return (await output("du", ["-sh", path])).split("\t")[0]!;
}

async function timed(name: string, program: string, args: string[], work: string): Promise<string> {
  const began = performance.now();
  const env = { ...environment(work), PYTHONDONTWRITEBYTECODE: "1" };
  const { code, stdout, stderr } = await command(program, args, { env, clearEnv: true, cwd: work });
  console.log(`${name}: exit ${code}, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (code !== 0) console.log(stderr);
  return stdout;
}
