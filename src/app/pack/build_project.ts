import { type CommandResult, FsError } from "../../host/ports.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { EdgebootError, EXIT_CODES } from "../../model/errors.ts";
import { parseWheelName, type WheelName } from "../../model/wheel_name.ts";
import { BUILD_LEFT_OUT } from "../../pack/left_out.ts";
import { uvEnvironment } from "../../pack/index/settings.ts";
import type { PackContext } from "./context.ts";
import { pipConfs } from "./dependencies/index_access.ts";
import { treeFiles } from "./source_files.ts";

/** A wheel that was built here. */
export interface BuiltWheel {
  readonly name: WheelName;
  /** absolute */
  readonly path: string;
}

export interface BuildRequest {
  /** Of a project (PEP 517), absolute. */
  readonly directory: string;
  readonly python: PythonInfo;
  /** SOURCE_DATE_EPOCH of the build, seconds */
  readonly epoch: number;
  readonly indexUrl: string | undefined;
  /** The content of an sdist: all of it is meant, whatever its own `.gitignore` says. */
  readonly isSdist?: true;
}

const TIMEOUT_MS = 30 * 60_000;
/** Of a shell, as a version manager's stand-in for a program that it does not have says it. */
const NO_COMMAND = EXIT_CODES.PYTHON_NOT_FOUND;
/** Of what a builder printed before it failed. */
const LINES_SHOWN = 12;

/**
 * Builds a project as a wheel, in an environment of its own with what its `build-system` asks for. What is built
 * is a copy: a builder leaves files beside the sources, and takes those that it left the last time.
 * @throws EdgebootError BUILD_FAILED (65) with the last lines of what the builder printed
 */
export async function buildProject(
  request: BuildRequest,
  context: PackContext,
): Promise<BuiltWheel> {
  const { directory } = request;
  const { fs, process } = context.host;
  const id = process.randomId();
  const copy = `${context.work}/project-${id}/${directory.slice(directory.lastIndexOf("/") + 1)}`;
  copyProject(request, copy, context);
  const wheels = `${context.work}/wheels-${id}`;
  fs.makeDir(wheels);
  const { code, stdout, stderr } = await runBuilder(request, copy, wheels, context);
  const names = fs.readDir(wheels).map(({ name }) => name);
  const built = names.map((file) => parseWheelName(file)).find((name) => name !== undefined);
  if (code === 0 && built !== undefined) return { name: built, path: `${wheels}/${built.file}` };
  throw buildFailed(request, `${stdout}\n${stderr}`.replaceAll(copy, directory));
}

/** `.edgebootignore` is about layers, and not about what a build needs. */
const BUILD_RULES = { always: BUILD_LEFT_OUT, ruleFiles: [".gitignore"] };

const SDIST_RULES = { always: [], ruleFiles: [] };

function copyProject(request: BuildRequest, to: string, context: PackContext): void {
  const { directory: from, epoch, isSdist } = request;
  const { fs } = context.host;
  fs.makeDir(to, { recursive: true });
  for (const file of treeFiles(from, isSdist ? SDIST_RULES : BUILD_RULES, context)) {
    const target = `${to}/${file.path}`;
    fs.makeDir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    if (file.kind === "symlink") fs.makeSymlink(file.target, target);
    else {
      const modified = { seconds: epoch, nanoseconds: 0 };
      fs.writeNewFile(target, fs.readBytes(file.from), file.executable ? 0o755 : 0o644, modified);
    }
  }
  // Builders that take the version from a tag look for it.
  if (fs.lstat(`${from}/.git`) !== undefined) fs.makeSymlink(`${from}/.git`, `${to}/.git`);
}

/** `uv` where it is there: it needs no pip in the interpreter, and a tenth of the time. */
async function runBuilder(
  { python, epoch, indexUrl }: BuildRequest,
  source: string,
  wheels: string,
  { host }: PackContext,
): Promise<CommandResult> {
  // Paths of the copy would be in debug information, and another pack has another copy.
  const prefix = `"-ffile-prefix-map=${source}=."`;
  const flags = (name: string) => `${host.env.get(name) ?? ""} ${prefix}`.trim();
  const env = {
    ...{ SOURCE_DATE_EPOCH: String(epoch), PYTHONHASHSEED: "0", PYTHONDONTWRITEBYTECODE: "1" },
    ...{ CFLAGS: flags("CFLAGS"), CXXFLAGS: flags("CXXFLAGS") },
    ...{ LC_ALL: "C.UTF-8", TZ: "UTC", PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1" },
    ...uvEnvironment(indexUrl, host.env, pipConfs(host)),
    ...(indexUrl === undefined ? {} : { PIP_INDEX_URL: indexUrl }),
  };
  const options = { env, directory: source };
  const uv = ["build", "--wheel", "--python", python.path];
  try {
    const args = [...uv, "--out-dir", wheels, source];
    const result = await host.commands.run("uv", args, TIMEOUT_MS, options);
    if (result.code !== NO_COMMAND) return result;
  } catch (error) {
    if (!(error instanceof FsError) || error.errno !== "ENOENT") throw error;
  }
  const pip = ["-m", "pip", "wheel", "--no-deps", "--no-cache-dir", "--progress-bar", "off"];
  const args = [...pip, "--wheel-dir", wheels, source];
  return await host.commands.run(python.path, args, TIMEOUT_MS, options);
}

function buildFailed({ directory, python }: BuildRequest, printed: string): EdgebootError {
  const lines = printed.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
  const isPipMissing = /No module named pip\b/.test(printed);
  return new EdgebootError("BUILD_FAILED", {
    what: `${directory} cannot be built as a wheel`,
    why: isPipMissing
      ? `there is no uv, and ${python.path} has no pip`
      : `the builder said:\n${lines.slice(-LINES_SHOWN).map((line) => `    ${line}`).join("\n")}`,
    next: isPipMissing
      ? "install uv, or pip for that interpreter; a directory without a build is packed with --source"
      : `try \`${python.path} -m pip wheel --no-deps ${directory}\`; a directory without a build is ` +
        "packed with --source",
  }, { facts: { path: directory } });
}
