import { EdgebootError } from "../../../model/errors.ts";
import type { CommandResult } from "../../../host/ports.ts";
import { withoutCredentials } from "../../../pack/index/address.ts";
import { uvEnvironment } from "../../../pack/index/settings.ts";
import type { Lock } from "../../../pack/lock/lock.ts";
import { readPylock } from "../../../pack/lock/pylock.ts";
import { parseToml } from "../../../pack/lock/table.ts";
import { readPipReport } from "../../../pack/requirements/pip_report.ts";
import { type PackTarget, targetName } from "../../../pack/target.ts";
import type { PackContext } from "../context.ts";
import type { PackRequest } from "../request.ts";
import { pipConfs } from "./index_access.ts";
import { targetPython } from "./target_python.ts";
import { runTool } from "./tools.ts";
import { pipArguments, type RequirementsSource, uvArguments } from "./tool_arguments.ts";

/**
 * Lets uv resolve requirements for a target, or, where there is none, the pip of a Python of the target's version:
 * pip evaluates markers for the Python that it runs on. Only wheels are taken, and sources of what may be built
 * where that is not enough.
 * @throws EdgebootError SOURCE_INVALID (65), INDEX_UNREACHABLE, OFFLINE (69), PYTHON_NOT_FOUND (127)
 */
export async function resolveRequirements(
  source: RequirementsSource,
  request: PackRequest,
  target: PackTarget,
  context: PackContext,
): Promise<Lock> {
  const file = source.files.join(", ");
  const tool = await chooseTool(source, request, target, context);
  let result = await tool.run(new Set());
  if (result.code !== 0 && request.allowBuild.size > 0) result = await tool.run(request.allowBuild);
  if (result.code !== 0) throw unresolved(file, tool.name, result, target, context);
  return tool.name === "uv"
    ? readPylock(await parseToml(result.stdout, file))
    : readPipReport(result.stdout, file);
}

interface Tool {
  readonly name: "uv" | "pip";
  run(allowBuild: ReadonlySet<string>): Promise<CommandResult>;
}

async function chooseTool(
  source: RequirementsSource,
  request: PackRequest,
  target: PackTarget,
  context: PackContext,
): Promise<Tool> {
  const { host, session: { config } } = context;
  const python = await targetPython(target, context);
  const environment = {
    ...{ UV_NO_PROGRESS: "1", UV_PYTHON_DOWNLOADS: "never", NO_COLOR: "1" },
    ...{ PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1" },
    ...uvEnvironment(request.indexUrl, host.env, pipConfs(host)),
    ...(request.indexUrl === undefined ? {} : { PIP_INDEX_URL: request.indexUrl }),
  };
  const version = await runTool("uv", ["--version"], host);
  if (version?.code === 0) {
    const options = { offline: config.offline, python: python?.path };
    const run = async (allowBuild: ReadonlySet<string>) => {
      const args = uvArguments(source, allowBuild, target, options);
      return await runTool("uv", args, host, environment) ?? GONE;
    };
    return { name: "uv", run };
  }
  if (config.offline) throw offline(source);
  if (python === undefined) throw noTool(target, `no Python ${target.python} with pip`);
  const probe = await runTool(python.path, ["-m", "pip", "--version"], host);
  if (probe?.code !== 0) throw noTool(target, `${python.path} has no pip`);
  const run = async (allowBuild: ReadonlySet<string>) => {
    const args = pipArguments(source, allowBuild, target, context.work);
    return await runTool(python.path, args, host, environment) ?? GONE;
  };
  return { name: "pip", run };
}

const GONE: CommandResult = { code: -1, stdout: "", stderr: "it is gone" };

function noTool(target: PackTarget, why: string): EdgebootError {
  return new EdgebootError("PYTHON_NOT_FOUND", {
    what: `requirements cannot be resolved for ${targetName(target)}`,
    why: `there is no uv here, and ${why}`,
    next: "install uv (`pip install uv`), or give a lock file with --lock",
  });
}

function offline({ files }: RequirementsSource): EdgebootError {
  return new EdgebootError("OFFLINE", {
    what: `${files.join(", ")} cannot be resolved`,
    why: "--offline is set, and without uv nothing is known of indexes here",
    next: "give a lock file with --lock: what it names is kept here once it was fetched",
  });
}

const LINES_SHOWN = 12;
/** Words of uv and pip for a network that does not answer: their exit codes do not say. */
const NO_NETWORK =
  /error sending request|failed to fetch|connection (?:error|refused|reset)|NewConnectionError|name resolution|timed out/i;
/** Of those for an index that wants to know who asks. */
const NO_ACCESS = /\b40[13] (?:Unauthorized|Forbidden|Client Error)|\b40[13]\b.*credentials/i;

function unresolved(
  file: string,
  tool: string,
  { stdout, stderr }: CommandResult,
  target: PackTarget,
  { session: { config } }: PackContext,
): EdgebootError {
  const printed = withoutCredentials(stderr.trim() === "" ? stdout : stderr);
  const lines = printed.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
  const isNetwork = NO_NETWORK.test(printed);
  return new EdgebootError(
    config.offline ? "OFFLINE" : isNetwork ? "INDEX_UNREACHABLE" : "SOURCE_INVALID",
    {
      what: `${file} cannot be resolved for ${targetName(target)}`,
      why: `${tool} said:\n${lines.slice(-LINES_SHOWN).map((line) => `    ${line}`).join("\n")}`,
      next: NO_ACCESS.test(printed)
        ? "give it credentials as for pip: in ~/.netrc, or in the URL of PIP_INDEX_URL or --index-url"
        : isNetwork
        ? "check that the index can be reached from here; --index-url names another one"
        : "correct the requirements; what has no wheel is built here with --allow-build NAME",
    },
    { facts: { path: file } },
  );
}
