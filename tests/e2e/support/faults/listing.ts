import { output } from "../command.ts";
import { PYTHON } from "../python.ts";

/** What lies below a directory: by path, a line that says all that matters of it. */
export type Listing = ReadonlyMap<string, string>;

/**
 * What an archive must become, by Python's own readers: written without a look at edgeboot's, so that what
 * both misread is not taken for right.
 */
const READ_ARCHIVE = `
import hashlib, json, os, stat, subprocess, sys, tarfile, zipfile
path, found = sys.argv[1], {}
def parents(name):
    while "/" in name:
        name = name.rsplit("/", 1)[0]
        found[name] = "d 555"
def note(name, mode, data):
    found[name] = "f %s %d %s" % ("555" if mode & 0o111 else "444", len(data), hashlib.sha256(data).hexdigest())
    parents(name)
if zipfile.is_zipfile(path):
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name, mode = info.filename.rstrip("/"), info.external_attr >> 16
            if info.is_dir():
                found[name] = "d 555"
                parents(name)
            elif stat.S_ISLNK(mode):
                found[name] = "l " + archive.read(info).decode()
                parents(name)
            else:
                note(name, mode, archive.read(info))
else:
    with tarfile.open(path) as archive:
        for info in archive:
            if info.isdir():
                found[info.name] = "d 555"
                parents(info.name)
            elif info.issym():
                found[info.name] = "l " + info.linkname
                parents(info.name)
            else:
                note(info.name, info.mode, archive.extractfile(info).read())
print(json.dumps(found))
`;

/** A zip, or a tar without compression. */
export async function listingOfArchive(path: string): Promise<Listing> {
  const text = await output(PYTHON.path, ["-I", "-c", READ_ARCHIVE, path]);
  return new Map(Object.entries(JSON.parse(text)));
}

export async function listingOfDirectory(root: string, below = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name } of Deno.readDirSync(`${root}/${below}`)) {
    const inside = below === "" ? name : `${below}/${name}`;
    const path = `${root}/${inside}`;
    const stat = Deno.lstatSync(path);
    const mode = (stat.mode! & 0o7777).toString(8);
    if (stat.isSymlink) found.set(inside, `l ${Deno.readLinkSync(path)}`);
    else if (stat.isDirectory) {
      found.set(inside, `d ${mode}`);
      for (const [key, line] of await listingOfDirectory(root, inside)) found.set(key, line);
    } else {
      const bytes = Deno.readFileSync(path);
      found.set(inside, `f ${mode} ${bytes.length} ${await hexDigest(bytes)}`);
    }
  }
  return found;
}

export async function hexDigest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The differences, in words; empty where there are none. */
export function differences(expected: Listing, found: Listing): string[] {
  const paths = new Set([...expected.keys(), ...found.keys()]);
  return [...paths].flatMap((path) => {
    const [want, have] = [expected.get(path) ?? "nothing", found.get(path) ?? "nothing"];
    return want === have ? [] : [`${path}: expected ${want}, found ${have}`];
  });
}
