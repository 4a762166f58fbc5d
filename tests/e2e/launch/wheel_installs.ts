import { createHash } from "node:crypto";
import { parseWheelName } from "../../../src/model/wheel_name.ts";
import { installWheel } from "../../../src/python/wheel/install.ts";
import type { WheelFile, WheelRecipe } from "../../../src/python/wheel/recipe.ts";
import { environmentPaths, scriptHeader } from "../../../src/python/wheel/target.ts";
import { pack } from "../support/archives.ts";
import { command, output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A file of an environment, without what only its own place or maker explains. */
export interface Found {
  readonly sha256: string;
  readonly executable: boolean;
}

/** What `pip install` makes of wheels in a new virtual environment. */
export async function installedByPip(
  wheels: readonly string[],
  venv: string,
): Promise<Map<string, Found>> {
  await output(PYTHON.path, ["-I", "-m", "venv", "--without-pip", venv]);
  const args = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"];
  const failures: string[] = [];
  for (const python of [PYTHON.path, "python3"]) {
    const { code, stderr } = await command(python, [
      ...["-m", "pip", "--python", `${venv}/bin/python`, ...args, "--no-compile", ...wheels],
    ]);
    if (code === 0) return new Map([...filesBelow(venv)].map(([path, { file }]) => [path, file]));
    failures.push(stderr.trim().split("\n").at(-1) ?? "");
  }
  throw new Error(failures.join("; "));
}

/** What edgeboot would, of the tree that unzip makes of a wheel. */
export async function recipeOf(wheel: string, into: string, venv: string): Promise<WheelRecipe> {
  const name = wheel.slice(wheel.lastIndexOf("/") + 1);
  const tree = `${into}/trees/${name}`;
  await Deno.mkdir(`${into}/trees`, { recursive: true });
  await output("unzip", ["-q", wheel, "-d", tree]);
  const files = new Map<string, WheelFile>();
  for (const [path, { file, size }] of filesBelow(tree)) {
    files.set(path, { kind: "file", size, ...file });
  }
  const read = (path: string, most?: number) => Deno.readFileSync(`${tree}/${path}`).slice(0, most);
  return installWheel({ name: parseWheelName(name)!, files, read }, {
    ...environmentPaths(`python${PYTHON.version}`),
    scriptHeader: scriptHeader(`${venv}/bin/python`),
    reserved: new Set(["pyvenv.cfg"]),
    sha256,
  });
}

function* filesBelow(
  root: string,
  inside = "",
): Generator<[path: string, { file: Found; size: number }]> {
  for (const entry of Deno.readDirSync(inside === "" ? root : `${root}/${inside}`)) {
    const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(root, path);
    if (!entry.isFile) continue;
    const bytes = Deno.readFileSync(`${root}/${path}`);
    const executable = (Deno.statSync(`${root}/${path}`).mode! & 0o111) !== 0;
    yield [path, { file: { sha256: sha256(bytes), executable }, size: bytes.length }];
  }
}

/** Every way that a wheel can say where something goes, and scripts of every kind. */
const ALL_SCHEMES: Readonly<Record<string, string>> = {
  "demo/__init__.py": "def main(): print('demo')\n",
  'demo/data,with "signs".txt': "x",
  "x:demo/helper.sh": "#!/bin/sh\n",
  "Demo_All-1.0.data/purelib/pure.py": "",
  "Demo_All-1.0.data/platlib/plat.py": "x = 1\n",
  "Demo_All-1.0.data/data/share/demo/a.txt": "a",
  "Demo_All-1.0.data/data/etc/demo.conf": "b",
  "Demo_All-1.0.data/headers/demo/api.h": "",
  "x:Demo_All-1.0.data/scripts/python-script": "#!python\nprint(1)\n",
  "Demo_All-1.0.data/scripts/unbuffered": "#!python -u\nprint(2)\n",
  "Demo_All-1.0.data/scripts/window": "#!pythonw\nprint(3)\n",
  "Demo_All-1.0.data/scripts/shell": "#!/bin/sh\necho 4\n",
  "Demo_All-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: Demo.All\nVersion: 1.0\n",
  "Demo_All-1.0.dist-info/WHEEL":
    "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: false\nTag: py3-none-any\n",
  "Demo_All-1.0.dist-info/entry_points.txt":
    "[console_scripts]\ndemo = demo:main [fast]\n[gui_scripts]\ndemo-window = demo:main\n" +
    "[other]\nx = demo\n",
};

/** Its RECORD is written by Python's own csv and hashlib. */
const WRITE_RECORD = `
import base64, csv, hashlib, os, sys
root, info = sys.argv[1:3]
with open(os.path.join(root, info, "RECORD"), "w", newline="") as record:
    rows = csv.writer(record)
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, root)
            if inside == info + "/RECORD":
                rows.writerow([inside, "", ""])
                continue
            with open(path, "rb") as file:
                content = file.read()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            rows.writerow([inside, "sha256=" + digest.decode(), len(content)])
`;

/** A wheel of all schemes, made by hand in `directory`. */
export async function wheelOfAllSchemes(directory: string): Promise<string> {
  const tree = `${directory}/tree`;
  for (const [key, text] of Object.entries(ALL_SCHEMES)) {
    const path = `${tree}/${key.replace(/^x:/, "")}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
    await Deno.chmod(path, key.startsWith("x:") ? 0o755 : 0o644);
  }
  await output(PYTHON.path, ["-I", "-c", WRITE_RECORD, tree, "Demo_All-1.0.dist-info"]);
  return await pack(tree, `${directory}/Demo_All-1.0-py3-none-any.whl`, "zip");
}
