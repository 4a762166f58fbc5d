import { kept } from "./kept.ts";
import { output } from "./command.ts";
import { PYTHON } from "./python.ts";
import { type Files, type Sandbox, sha256Of } from "./sandbox.ts";
import { StaticServer } from "./server.ts";

/** A project of the index, as wheels of some tags, as source, or both. */
export interface Project {
  readonly name: string;
  readonly version: string;
  /** `py3-none-any` … */
  readonly tags: readonly string[];
  readonly files: Files;
  /** lines of METADATA */
  readonly metadata?: readonly string[];
  readonly entryPoints?: string;
  /** Its source too, with these files besides; it builds itself with nothing from elsewhere. */
  readonly sdist?: Files;
}

const MAKE = `
import base64, hashlib, io, json, sys, tarfile, zipfile
spec, out = json.load(sys.stdin), sys.argv[1]
name, version = spec["name"].replace("-", "_"), spec["version"]
info = f"{name}-{version}.dist-info"
meta = "\\n".join(["Metadata-Version: 2.1", "Name: " + spec["name"], "Version: " + version, *spec.get("metadata", [])]) + "\\n"
for tag in spec["tags"]:
    files = dict(spec["files"])
    files[info + "/METADATA"] = meta
    files[info + "/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: " + tag + "\\n"
    if spec.get("entryPoints"):
        files[info + "/entry_points.txt"] = spec["entryPoints"]
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text.encode())}")
    files[info + "/RECORD"] = "\\n".join(rows + [info + "/RECORD,,"]) + "\\n"
    with zipfile.ZipFile(f"{out}/{name}-{version}-{tag}.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
if spec.get("sdist") is not None:
    with tarfile.open(f"{out}/{name}-{version}.tar.gz", "w:gz") as archive:
        for path, text in {**spec["files"], **spec["sdist"], "PKG-INFO": meta}.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
`;

/** Projects as files in `directory`; their names, sorted. */
export async function makeFiles(
  directory: string,
  projects: readonly Project[],
): Promise<string[]> {
  await Deno.mkdir(directory, { recursive: true });
  for (const project of projects) {
    await output(PYTHON.path, ["-I", "-c", MAKE, directory], { stdin: JSON.stringify(project) });
  }
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

/** A package index (PEP 503) that serves files of a directory, to everybody or to one user. */
export class PackageIndex implements AsyncDisposable {
  readonly #server: StaticServer;
  /** `user:password`; undefined: everybody */
  credentials: string | undefined;
  readonly #hashes = new Map<string, string>();

  private constructor(readonly directory: string, private readonly files: readonly string[]) {
    this.#server = new StaticServer(directory);
    this.#server.answer((request, path) => this.#answer(request, path));
  }

  static async serve(sandbox: Sandbox, projects: readonly Project[]): Promise<PackageIndex> {
    const directory = sandbox.path("index");
    const files = await makeFiles(directory, projects);
    const index = new PackageIndex(directory, files);
    for (const file of files) index.#hashes.set(file, await sha256Of(`${directory}/${file}`));
    return index;
  }

  get origin(): string {
    return this.#server.url;
  }

  /** What `--index-url` takes. */
  get url(): string {
    return `${this.origin}/simple/`;
  }

  /** With a name and password before the host. */
  get secretUrl(): string {
    return this.url.replace("://", `://${this.credentials}@`);
  }

  /** Files that were fetched, each as often as it was. */
  get fetched(): string[] {
    return this.#server.paths.map((path) => path.slice(1)).filter((name) => this.#hashes.has(name));
  }

  hash(file: string): string {
    return this.#hashes.get(file)!;
  }

  forget(): void {
    this.#server.forget();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  #answer(request: Request, path: string): Response | undefined {
    const expected = this.credentials && `Basic ${btoa(this.credentials)}`;
    if (expected !== undefined && request.headers.get("authorization") !== expected) {
      return new Response("who are you", {
        status: 401,
        headers: { "www-authenticate": 'Basic realm="index"' },
      });
    }
    const project = /^\/simple\/([^/]+)\/?$/.exec(path)?.[1];
    if (project === undefined) return undefined;
    const own = this.files.filter((file) => file.split("-")[0]!.replaceAll("_", "-") === project);
    if (own.length === 0) return new Response("no such project", { status: 404 });
    const anchors = own.map((file) =>
      `<a href="../../${file}#sha256=${this.#hashes.get(file)}">${file}</a>`
    );
    return new Response(`<!DOCTYPE html><html><body>${anchors.join("\n")}</body></html>`, {
      headers: { "content-type": "text/html" },
    });
  }
}

/** The tools that lock projects, in an environment of their own; or why they cannot be had. */
export const lockers: { readonly bin: string } | { readonly missing: string } = await (async () => {
  try {
    const root = await kept("lockers-1", async (path) => {
      await output("python3", ["-m", "venv", path]);
      // PDM's cache is not ready for the second major version of what it uses.
      const names = ["uv", "poetry", "pdm", "hishel[httpx2]<2", "shiv", "pex"];
      await output(`${path}/bin/pip`, ["install", "--quiet", ...names]);
    });
    return { bin: `${root}/bin` };
  } catch (error) {
    return { missing: `uv, poetry and pdm cannot be installed: ${(error as Error).message}` };
  }
})();

export const needsLockers = "missing" in lockers ? lockers.missing : undefined;

/** How a tool of {@link lockers} is started: by module, as the first lines of its scripts name another place. */
export function locker(name: string): [program: string, ...args: string[]] {
  if ("missing" in lockers) throw new Error(lockers.missing);
  return name === "uv" ? [`${lockers.bin}/uv`] : [`${lockers.bin}/python`, "-m", name];
}
