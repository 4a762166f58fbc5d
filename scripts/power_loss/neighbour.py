"""Another program on the same file system that makes its own small writes durable, again and again.

It is what brings a file system's metadata to the disk while somebody else's data is still in memory: without
it a cut leaves either all or nothing, and a publication in the wrong order would pass unseen.
"""
import fcntl, os, sys, time

directory, kind = sys.argv[1:3]
BTRFS_IOC_START_SYNC = 0x80089418  # begins the commit of a transaction; data that is not written yet stays so
descriptor = os.open(os.path.join(directory, "neighbour"), os.O_CREAT | os.O_WRONLY, 0o644)
folder = os.open(directory, os.O_RDONLY)
print("ready", flush=True)
while True:
    os.pwrite(descriptor, os.urandom(64), 0)
    os.fsync(descriptor)
    if kind == "btrfs":
        fcntl.ioctl(folder, BTRFS_IOC_START_SYNC, bytearray(8))
    time.sleep(0.02)
