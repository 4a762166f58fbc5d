import type { EnvironmentRecipe } from "../../model/environment.ts";
import { type Errno, FsError, type Hasher, type Host, type Lock } from "../../host/ports.ts";
import { createIfAbsent } from "../ingest/create.ts";
import type { RootDirectories } from "../root_directories.ts";
import { takeLease } from "../lease.ts";
import { lockWork } from "../work_lock.ts";
import { type BytecodePlace, BytecodeUnits } from "./bytecode.ts";
import { formatDocument, type LinkForm } from "./document.ts";
import { Linker } from "./linker.ts";
import type { Places } from "./places.ts";
import { formatRecord, RECORD_NAME } from "./record.ts";
import { DAMAGED_NAME, DOCUMENT_NAME, isWhole } from "./whole.ts";

export type ComposerHost = Pick<Host, "fs" | "locks" | "process" | "clock" | "codecs">;

/** A sweep that takes away the lease every time would have to be very quick. */
const MOST_ATTEMPTS = 10;

/** What of a recipe says where bytecode is. */
type WithBytecode = Pick<EnvironmentRecipe, "folders" | "apps">;

/** Of a directory into which nothing is installed afterwards. */
const FOLDER_MODE = 0o555;

/**
 * Makes virtual environments. Like a tree, one appears by a single rename, complete and synced, or not at
 * all; of two processes that make the same one, the first to rename has it, and both are equal.
 *
 * Its files are hard links to those of the trees. Where the file system has none, where the trees are
 * another user's (fs.protected_hardlinks) or on another file system, and on overlayfs, where a link may copy a
 * file of a lower layer, they are symbolic links: all of them, decided once. Links to whole directories
 * would not do: libraries that find each other by `$ORIGIN/../other` would not.
 */
export class EnvironmentComposer {
  constructor(
    private readonly places: Places,
    private readonly host: ComposerHost,
    private readonly roots: RootDirectories,
  ) {}

  /**
   * Makes the places for bytecode of a recipe's layers, and fills them with what the trees have. To be
   * called before {@link compose} where more is to be put there: what layers share folders is copied then.
   * @throws FsError
   */
  async bytecode(recipe: WithBytecode): Promise<BytecodePlace[]> {
    return await this.#inForm(async (form) => await this.#makeBytecode(recipe, form));
  }

  /**
   * Makes the environment where it is not there, and returns its lease, held; undefined where none can be.
   * @throws FsError
   */
  async compose(recipe: EnvironmentRecipe): Promise<Lock | undefined> {
    return await this.#inForm(async (form) => await this.#make(recipe, form));
  }

  async #inForm<T>(make: (form: LinkForm) => Promise<T>): Promise<T> {
    const { fs, process } = this.host;
    const { home, cache } = this.places;
    // Modes do not depend on the caller's umask: other users start from this cache, too.
    const umask = process.umask(0o022);
    try {
      this.roots.make();
      for (const path of [home.works, home.environments, home.bytecode]) {
        fs.makeDir(path, { recursive: true });
      }
      if (home.root !== cache.root || fs.copiesOnLink(cache.trees)) return await make("symbolic");
      try {
        return await make("hard");
      } catch (error) {
        if (!(error instanceof FsError && NO_HARD_LINK.has(error.errno))) throw error;
        if (error.operation !== "link") throw error;
        return await make("symbolic");
      }
    } finally {
      process.umask(umask);
    }
  }

  async #makeBytecode(recipe: WithBytecode, form: LinkForm): Promise<BytecodePlace[]> {
    const { fs } = this.host;
    return await this.#inWork((work) => {
      const linker = new Linker(this.places, form, fs);
      const units = new BytecodeUnits(this.places, linker, fs);
      return [...units.ensure(recipe.folders, `${work}/bytecode`), ...units.ofApps(recipe.apps)];
    });
  }

  async #make(recipe: EnvironmentRecipe, form: LinkForm): Promise<Lock | undefined> {
    const { fs } = this.host;
    const { home } = this.places;
    await this.#makeBytecode(recipe, form);
    const newHash = await this.host.codecs.sha256Factory();
    return await this.#inWork(async (work) => {
      const made = `${work}/environment`;
      this.#fill(made, recipe, form);
      this.#describe(made, recipe, form, newHash);
      const lease = await this.#makeLease(recipe.key);
      try {
        await fs.syncFileSystem(made);
        this.#publish(made, home.environment(recipe.key), `${work}/broken`);
        return lease;
      } catch (error) {
        lease?.release();
        throw error;
      }
    });
  }

  async #inWork<T>(act: (work: string) => T | Promise<T>): Promise<T> {
    const { fs, process } = this.host;
    const work = this.places.home.work(process.randomId());
    const unlock = lockWork(work, this.host);
    try {
      fs.makeDir(work);
      return await act(work);
    } finally {
      discard(work, fs);
      unlock();
    }
  }

  /**
   * Held from before the environment is there: a sweep takes away leases that are free and of nothing. One
   * byte is in it, as an empty file cannot be mapped.
   */
  async #makeLease(key: string): Promise<Lock | undefined> {
    const { fs } = this.host;
    const path = this.places.home.environmentLease(key);
    fs.makeDir(this.places.home.environmentLeases, { recursive: true });
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      createIfAbsent(path, "\n", 0o666, fs);
      const lease = await takeLease(path, this.host);
      if (lease !== undefined || fs.lstat(path) !== undefined) return lease;
    }
    return undefined;
  }

  #fill(made: string, recipe: EnvironmentRecipe, form: LinkForm): void {
    const { fs } = this.host;
    const { home } = this.places;
    const linker = new Linker(this.places, form, fs);
    const bytecode = new BytecodeUnits(this.places, linker, fs);
    for (const folder of recipe.folders) {
      const path = folder.path === "" ? made : `${made}/${folder.path}`;
      fs.makeDir(path);
      // Links that are relative are so from where it will be.
      const final = home.environment(recipe.key) + (folder.path === "" ? "" : `/${folder.path}`);
      for (const { layer, directory, names, byPath } of folder.files) {
        const tree = this.places.cache.tree(layer) + (directory === "" ? "" : `/${directory}`);
        if (byPath) linker.linkByPath(tree, names, { made: path, final });
        else linker.link(tree, names, { made: path, final });
      }
      bytecode.place(folder, { made: path, final });
    }
    for (const { path, target } of recipe.links) fs.makeSymlink(target, `${made}/${path}`);
    for (const { path, content, mode } of recipe.made) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      fs.writeNewFile(`${made}/${path}`, bytes, mode);
    }
    for (const { path } of recipe.folders) {
      // The top stays open: nobody may move a directory that he may not write to.
      if (path !== "") fs.chmod(`${made}/${path}`, FOLDER_MODE);
    }
  }

  /** Last, so that nothing in it is younger than its document. */
  #describe(made: string, recipe: EnvironmentRecipe, form: LinkForm, newHash: () => Hasher): void {
    const write = (name: string, text: string) =>
      this.host.fs.writeNewFile(`${made}/${name}`, new TextEncoder().encode(text), 0o444);
    write(RECORD_NAME, formatRecord(recipe, form, newHash));
    write(DOCUMENT_NAME, formatDocument(recipe, form));
  }

  /**
   * One that is there and of no use gives way, to quarantine where `verify` has found it damaged: something may
   * have been added to it. Of two processes that find it so, the second may have taken
   * away what the first has made in its place meanwhile, and puts it back.
   *
   * @param aside where nothing is yet
   */
  #publish(from: string, to: string, aside: string): void {
    const { fs } = this.host;
    if (!this.#moved(from, to)) {
      if (isWhole(to, fs)) return;
      if (fs.lstat(`${to}/${DAMAGED_NAME}`) !== undefined) aside = this.#quarantine(to);
      fs.rename(to, aside);
      if (!this.#moved(isWhole(aside, fs) ? aside : from, to)) return;
    }
    fs.syncDir(this.places.home.environments);
  }

  #quarantine(path: string): string {
    const { fs, process } = this.host;
    const { home } = this.places;
    fs.makeDir(home.quarantine, { recursive: true });
    const key = path.slice(path.lastIndexOf("/") + 1);
    return home.quarantinedEnvironment(key, process.randomId());
  }

  /** False where something is there already. */
  #moved(from: string, to: string): boolean {
    try {
      this.host.fs.rename(from, to);
      return true;
    } catch (error) {
      const isTaken = error instanceof FsError &&
        (error.errno === "EEXIST" || error.errno === "ENOTEMPTY");
      if (!isTaken) throw error;
      return false;
    }
  }
}

/** Why a link cannot be a hard one, and a symbolic one does. */
const NO_HARD_LINK: ReadonlySet<Errno> = new Set(
  ["EXDEV", "EPERM", "EMLINK", "EOPNOTSUPP"],
);

function discard(path: string, fs: Host["fs"]): void {
  try {
    fs.removeTree(path);
  } catch {
    // Unreachable by name; collected later.
  }
}
