import type { Dependencies } from "../../../pack/dependencies.ts";
import { refused } from "../../../pack/refusal.ts";
import { allowedHashes, onlyAllowed } from "../../../pack/requirements/hashes.ts";
import {
  parseRequirementsFile,
  type RequirementsFile,
} from "../../../pack/requirements/requirements_file.ts";
import type { PackTarget } from "../../../pack/target.ts";
import type { PackContext } from "../context.ts";
import { absolute } from "../files.ts";
import type { PackRequest } from "../request.ts";
import { fromPackages } from "./from_lock.ts";
import { IndexAccess } from "./index_access.ts";
import { readSource } from "./source_missing.ts";
import { resolveRequirements } from "./resolve_requirements.ts";

/**
 * What requirements files ask for, resolved by uv or pip for each target, fetched and verified. Where hashes are
 * stated nothing else is taken, whatever the tool makes of them.
 * @throws EdgebootError SOURCE_INVALID, PACK_REFUSED (65), INDEX_UNREACHABLE (69), and as {@link fromPackages}
 */
export async function fromRequirements(
  source: { readonly files: readonly string[]; readonly wheels?: string },
  request: PackRequest,
  targets: readonly PackTarget[],
  context: PackContext,
): Promise<ReadonlyMap<PackTarget, Dependencies>> {
  const paths = source.files.map((file) => absolute(file, context));
  const files = readAll(paths, context);
  const allowed = allowedHashes(files);
  const others = files.flatMap(({ indexes }) => indexes);
  const access = IndexAccess.open(request.indexUrl, { others }, context);
  const bringing = { access, kept: await context.session.store.packedFiles(), context };
  const wheels = source.wheels === undefined ? undefined : absolute(source.wheels, context);
  const places = { directory: context.host.process.cwd(), wheels };
  const found = new Map<PackTarget, Dependencies>();
  for (const target of targets) {
    const resolved = await resolveRequirements(
      { ...source, paths, wheels },
      request,
      target,
      context,
    );
    const lock = allowed === undefined ? resolved : onlyAllowed(resolved, allowed);
    const one = await fromPackages(lock, places, request, [target], bringing);
    found.set(target, one.get(target)!);
  }
  return found;
}

/** The files and all that they include, each once. */
function readAll(paths: readonly string[], context: PackContext): RequirementsFile[] {
  const seen = new Set<string>();
  const files: RequirementsFile[] = [];
  const waiting = [...paths];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const file = parseRequirementsFile(
      readSource({ path, named: path, next: NEXT }, context.host),
      (name) => context.host.env.get(name),
    );
    if (file.editables.length > 0) throw editable(path, file.editables[0]!);
    files.push(file);
    const directory = path.slice(0, path.lastIndexOf("/"));
    // What is on a web server is the tool's to read.
    const included = file.includes.filter((include) => !/^\w+:\/\//.test(include));
    waiting.push(
      ...included.map((include) =>
        include.startsWith("/") ? include : absolute(`${directory}/${include}`, context)
      ),
    );
  }
  return files;
}

function editable(path: string, what: string) {
  return refused("editable", {
    what: `${path} asks for an editable install`,
    why: `-e ${what} stands for code that lies elsewhere, and stays there`,
    next: "leave it out and give that code with --project or --source",
  }, { path });
}

const NEXT = "name a requirements file, and check what it includes";
