/**
 * Run as `python -I -S -c PROGRAM most PLACES`, `most` being the number of processes at the most, PLACES being a JSON array of [sources, bytecode]: compiles every
 * module below `sources` for which `bytecode` has nothing that an import would take, as an import would have
 * done it: by time and size of the source (PEP 552), each file by one rename. Files that do not compile
 * (templates, code for other versions) are none of our business. Prints how many were compiled. Processes
 * are plain forks: the pools of the standard library need semaphores in /dev/shm. One takes about 40 MB, so in
 * a small container there are fewer.
 *
 * Standard input is a pipe that nobody writes to: when whoever started this ends, by whatever signal, its end
 * raises SIGIO in the group that these processes are, and they end with it. What one of them has not compiled when
 * the kernel kills it for its memory is left to the first import.
 */
export const COMPILE_PROGRAM = `
import importlib.util, json, os, struct, sys
from importlib._bootstrap_external import _code_to_timestamp_pyc, _write_atomic
NONE = importlib.util.MAGIC_NUMBER

def lacks_bytecode(stat, target):
    try:
        with open(target, "rb") as file:
            head = file.read(16)
    except OSError:
        return True
    if head[:4] != NONE:
        return True
    flags, seconds, size = struct.unpack("<III", head[4:].ljust(12, b"\\0"))
    if flags & 1:
        return flags & 2 != 0
    return (seconds, size) != (int(stat.st_mtime) & 0xFFFFFFFF, stat.st_size & 0xFFFFFFFF)

def find():
    places = json.loads(sys.argv[2])
    tops = [sources for sources, _ in places]
    for sources, bytecode in places:
        for folder, folders, files in os.walk(sources):
            folders[:] = [name for name in folders
                if name != "__pycache__" and os.path.join(folder, name) not in tops]
            below = os.path.join(bytecode, os.path.relpath(folder, sources))
            for name in files:
                path = os.path.join(folder, name)
                if not name.endswith(".py"):
                    continue
                target = os.path.join(below, os.path.basename(importlib.util.cache_from_source(path)))
                stat = os.stat(path)
                if lacks_bytecode(stat, target):
                    yield stat.st_size, path, target, stat

def compile_all(sources):
    count = 0
    for path, target, stat in sources:
        try:
            with open(path, "rb") as file:
                code = compile(file.read(), path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        _write_atomic(target, _code_to_timestamp_pyc(code, stat.st_mtime, stat.st_size), 0o644)
        count += 1
    return count

def memory_limit():
    limits = [sys.maxsize]
    try:
        with open("/proc/self/cgroup") as file:
            groups = [line.rstrip("\\n").split(":", 2) for line in file]
    except OSError:
        groups = []
    for _, names, path in groups:
        at, name = ("/memory", "memory.limit_in_bytes") if names == "memory" else ("", "memory.max")
        for place in (path, ""):
            try:
                with open("/sys/fs/cgroup" + at + place + "/" + name) as file:
                    limits.append(int(file.read()))
            except (OSError, ValueError):
                pass
    return min(limits)

def end_with_stdin():
    try:
        import fcntl
        os.setpgid(0, 0)
        fcntl.fcntl(0, fcntl.F_SETOWN, -os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    except (ImportError, OSError):
        pass

def be_killed_first():
    """Where memory runs out, the kernel takes one of these rather than who waits for them."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass

end_with_stdin()
be_killed_first()
processors = len(getattr(os, "sched_getaffinity", lambda _: range(2))(0))
workers = max(1, min(int(sys.argv[1]), processors, memory_limit() // (128 << 20)))
shares = [[0, []] for _ in range(workers)]
for size, *source in sorted(find(), key=lambda each: -each[0]):
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
            import warnings
            warnings.simplefilter("ignore")
            os.write(writer, b"%d" % compile_all(sources))
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    readers.append((child, reader))
failed = 0
count = 0
for child, reader in readers:
    with os.fdopen(reader) as said:
        count += int(said.read() or 0)
    failed |= os.waitpid(child, 0)[1]
print(count)
sys.exit(1 if failed else 0)
`;
