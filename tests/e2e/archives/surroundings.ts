/**
 * Everything below `box` but what is in `cache`: type, mode, owner, links, size, time of change and
 * content. Two pictures are equal exactly if nothing was added, removed or touched.
 */
export function surroundings(box: string, cache: string): string {
  const seen: string[] = [picture(box)];
  const walk = (directory: string) => {
    for (const { name } of Deno.readDirSync(directory)) {
      const path = `${directory}/${name}`;
      seen.push(picture(path));
      if (path !== cache && Deno.lstatSync(path).isDirectory) walk(path);
    }
  };
  walk(box);
  for (const path of TARGETS) seen.push(picture(path));
  // The cache's own directory may change, as edgeboot makes its folders in it.
  return seen.filter((line) => !line.startsWith(`${cache} `)).sort().join("\n");
}

/** Where the archives of the corpora want to write. */
const TARGETS = [
  ...["/moo", "/tmp/moo", "/tmp/evil.txt", "/evil.txt", "/tmp/escaped", "/tmp/pwned"],
  ...["/etc/passwd", "/etc/shadow", "/etc/evil.txt", "/etc/cron.d", "/dev/null"],
];

function picture(path: string): string {
  let stat: Deno.FileInfo;
  try {
    stat = Deno.lstatSync(path);
  } catch {
    return `${path} is not there`;
  }
  const { mode, uid, gid, nlink, ino, isFile, isSymlink, size } = stat;
  const facts = [mode?.toString(8), uid, gid, nlink, ino];
  if (path === "/dev/null") return [path, ...facts].join(" ");
  const times = [stat.mtime?.getTime(), stat.ctime?.getTime()];
  const content = isSymlink
    ? `-> ${Deno.readLinkSync(path)}`
    : isFile && size < 1000
    ? JSON.stringify(Deno.readTextFileSync(path))
    : "";
  return [path, ...facts, size, ...times, content].join(" ");
}
