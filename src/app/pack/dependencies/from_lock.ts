import type { Dependencies, LockedWheel } from "../../../pack/dependencies.ts";
import { chooseFiles, type Chosen } from "../../../pack/lock/choose_files.ts";
import type { Lock } from "../../../pack/lock/lock.ts";
import { namedIndexes } from "../../../pack/lock/named_indexes.ts";
import { type NamedText, readLock } from "../../../pack/lock/read_lock.ts";
import { selectPackages } from "../../../pack/lock/select.ts";
import type { PackTarget } from "../../../pack/target.ts";
import type { PackContext } from "../context.ts";
import { absolute } from "../files.ts";
import type { PackRequest } from "../request.ts";
import { bringAll } from "./bring_all.ts";
import type { Bringing } from "./bring_file.ts";
import { buildWheel } from "./build_wheel.ts";
import { IndexAccess } from "./index_access.ts";
import { readSource } from "./source_missing.ts";
import { digestOf, type WantedFile } from "./wanted_file.ts";

/** Where a lock is, and what is to be taken from elsewhere. */
interface LockSource {
  readonly file: string;
  readonly wheels?: string;
}

/**
 * The wheels that a lock file names for each target, fetched and verified.
 * @throws EdgebootError SOURCE_INVALID, PACK_REFUSED (65), and as {@link bringAll}
 */
export async function fromLock(
  source: LockSource,
  request: PackRequest,
  targets: readonly PackTarget[],
  context: PackContext,
): Promise<ReadonlyMap<PackTarget, Dependencies>> {
  const file = absolute(source.file, context);
  const directory = file.slice(0, file.lastIndexOf("/"));
  const project = readBeside(`${directory}/pyproject.toml`, context);
  const lock = await readLock(
    {
      file: source.file,
      text: readSource({ path: file, named: source.file, next: NEXT }, context.host),
    },
    project,
  );
  const named = project === undefined ? [] : await namedIndexes(project);
  const access = IndexAccess.open(request.indexUrl, { named }, context);
  const bringing = { access, kept: await context.session.store.packedFiles(), context };
  const wheels = source.wheels === undefined ? undefined : absolute(source.wheels, context);
  return await fromPackages(lock, { directory, wheels }, request, targets, bringing);
}

/** As {@link fromLock}, of a lock that has been read. */
export async function fromPackages(
  lock: Lock,
  places: { readonly directory: string; readonly wheels: string | undefined },
  request: PackRequest,
  targets: readonly PackTarget[],
  bringing: Bringing,
): Promise<ReadonlyMap<PackTarget, Dependencies>> {
  const chosen = targets.map((target) => ({
    target,
    files: chooseFiles(
      selectPackages(lock, target, request.wanted),
      target,
      request.allowBuild,
    ),
  }));
  const wantedOf = (one: Chosen): WantedFile[] => {
    const file = one.kind === "wheel" ? one.file : one.of.sdist;
    if (file === undefined) return [];
    return [{
      of: one.of,
      file,
      sha256: digestOf(file, lock.file, one.of),
      lock: lock.file,
      ...places,
    }];
  };
  const wanted = chosen.flatMap(({ files }) => files.flatMap(wantedOf));
  const label = `${request.app} ${request.version}`;
  const brought = await bringAll(wanted, label, bringing);
  const here = new Map(wanted.map(({ sha256 }, index) => [sha256 as string, brought[index]!]));
  const found = new Map<PackTarget, Dependencies>();
  for (const { target, files } of chosen) {
    const wheels: LockedWheel[] = [];
    for (const one of files) {
      const [file] = wantedOf(one);
      const at = file === undefined ? undefined : here.get(file.sha256);
      if (one.kind === "build") {
        const { directory } = places;
        const sdist = file === undefined ? undefined : { sha256: file.sha256, path: at!.path };
        wheels.push(await buildWheel({ of: one.of, sdist, directory }, target, request, bringing));
        continue;
      }
      const { url, ...rest } = at!;
      wheels.push({
        ...{ name: one.of.name, version: one.wheel.version, file: one.wheel.file },
        ...{ ...rest, sha256: file!.sha256 },
        ...(url === undefined ? {} : { url }),
      });
    }
    found.set(target, { kind: "wheels", wheels });
  }
  return found;
}

const NEXT = "name a lock file: uv.lock, pylock.toml, poetry.lock or pdm.lock";

function readBeside(path: string, { host: { fs } }: PackContext): NamedText | undefined {
  if (fs.stat(path)?.kind !== "file") return undefined;
  return { file: path, text: fs.readText(path) };
}
