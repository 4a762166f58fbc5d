/**
 * Run as `python -I -c PROGRAM tree final staging workers`: compiles what `import` would have compiled,
 * had the tree been writable, into the staging directory, and prints the files' paths, which are the
 * same there as they will be in the tree. Unchecked by hash (PEP 552), since a tree never changes and its
 * mtimes mean nothing. Files that have such bytecode already are left alone; files that do not compile
 * (templates, code for other versions) are none of our business. Processes are plain forks: the pools
 * of the standard library need semaphores in /dev/shm.
 */
export const COMPILE_PROGRAM = `
import importlib.util, json, os, py_compile, sys
tree, final, staging, workers = sys.argv[1:4] + [int(sys.argv[4])]

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
        for name in files:
            path = os.path.join(folder, name)
            if name.endswith(".py") and not os.path.islink(path) and lacks_bytecode(path):
                yield os.path.getsize(path), os.path.relpath(path, tree)

def compile_all(sources):
    for source in sources:
        target = importlib.util.cache_from_source(source)
        try:
            py_compile.compile(os.path.join(tree, source), os.path.join(staging, target),
                os.path.join(final, source), doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        except (py_compile.PyCompileError, ValueError, RecursionError, MemoryError):
            continue
        yield target

shares = [[0, []] for _ in range(workers)]
for size, source in sorted(find(), reverse=True):
    share = min(shares, key=lambda each: each[0])
    share[0] += size
    share[1].append(source)
readers = []
for _, sources in shares:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with os.fdopen(writer, "w") as out:
                for target in compile_all(sources):
                    out.write(json.dumps(target) + "\\n")
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

/** Paths relative to the tree, in `__pycache__` directories; names that are not UTF-8 are left out. */
export function parseCompiled(stdout: string): string[] {
  return stdout.split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown)
    .filter((path): path is string => typeof path === "string" && path.isWellFormed())
    .toSorted();
}
