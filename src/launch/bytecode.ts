/**
 * Run as `python -I -c PROGRAM tree final workers`: writes what `import` would have written, had the
 * tree been writable. Unchecked by hash (PEP 552), since a tree never changes and its mtimes mean
 * nothing. Files that have such bytecode already are left alone; files that do not compile (templates,
 * code for other versions) are none of our business. Processes are plain forks: the pools of the
 * standard library need semaphores in /dev/shm. Directories are read-only and become so again.
 */
export const COMPILE_PROGRAM = `
import hashlib, importlib.util, json, os, py_compile, sys
tree, final, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])

def lacks_bytecode(source):
    try:
        with open(importlib.util.cache_from_source(source), "rb") as file:
            head = file.read(8)
    except OSError:
        return True
    return head[:4] != importlib.util.MAGIC_NUMBER or head[4:8] != b"\\x01\\0\\0\\0"

def find():
    for folder, folders, files in os.walk(tree):
        folders[:] = [name for name in folders if name != "__pycache__"]
        paths = [os.path.join(folder, name) for name in files if name.endswith(".py")]
        paths = [p for p in paths if os.path.isfile(p) and not os.path.islink(p) and lacks_bytecode(p)]
        if paths:
            yield sum(os.path.getsize(path) for path in paths), folder, sorted(paths)

def work(folder, paths):
    cache = os.path.join(folder, "__pycache__")
    mode = os.stat(folder).st_mode & 0o7777
    os.chmod(folder, mode | 0o700)
    os.makedirs(cache, exist_ok=True)
    os.chmod(cache, 0o755)
    for path in paths:
        shown = os.path.join(final, os.path.relpath(path, tree))
        try:
            target = py_compile.compile(path, dfile=shown, doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        except (py_compile.PyCompileError, ValueError, RecursionError, MemoryError):
            continue
        os.chmod(target, 0o444)
        with open(target, "rb") as file:
            data = file.read()
        yield {"path": os.path.relpath(target, tree), "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest()}
    if os.listdir(cache):
        os.chmod(cache, 0o555)
    else:
        os.rmdir(cache)
    os.chmod(folder, mode)

shares = [[0, []] for _ in range(workers)]
for size, folder, paths in sorted(find(), reverse=True):
    share = min(shares, key=lambda each: each[0])
    share[0] += size
    share[1].append((folder, paths))
readers = []
for _, jobs in shares:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with os.fdopen(writer, "w") as out:
                for folder, paths in jobs:
                    for made in work(folder, paths):
                        out.write(json.dumps(made) + "\\n")
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    readers.append((child, reader))
failed = 0
for child, reader in readers:
    with os.fdopen(reader) as lines:
        for line in lines:
            sys.stdout.write(line)
    failed |= os.waitpid(child, 0)[1]
sys.exit(1 if failed else 0)
`;

/** One file of bytecode, as it was written. */
export interface CompiledFile {
  /** relative to the tree */
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** lower-case hex */
  readonly sha256: string;
}

export function parseCompiled(stdout: string): CompiledFile[] {
  return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
