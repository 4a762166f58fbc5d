import { type FileSystem, FsError } from "../../host/ports.ts";
import { type Check, ok, problem } from "./check.ts";

type Look = Pick<FileSystem, "stat" | "readDir" | "openRead">;

/** A registry that is a directory: there, and readable down to its releases. */
export function checkDirectory(path: string, fs: Look): Check[] {
  const apps = `${path}/apps`;
  try {
    if (fs.stat(apps)?.kind !== "directory") {
      return [problem(
        "address",
        "REGISTRY_UNREACHABLE",
        `there is no directory ${apps}`,
        "check the path, and that the disk or volume behind it is mounted",
      )];
    }
    const names = fs.readDir(apps).map(({ name }) => name);
    const count = names.length === 1 ? "1 app" : `${names.length} apps`;
    const unreadable = names.flatMap((name) => unreadableIn(`${apps}/${name}`, fs));
    const found = ok("address", `${path}, ${count}`, { facts: { apps: names.length } });
    if (unreadable.length === 0) return [found];
    return [
      found,
      problem(
        "access",
        "PERMISSION_DENIED",
        `${unreadable.length} of its files cannot be read, the first: ${unreadable[0]}`,
        "give this user read permission on the registry's files and directories",
        { facts: { unreadable } },
      ),
    ];
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return [problem(
      "address",
      "PERMISSION_DENIED",
      error.message,
      "give this user read permission on the registry's directories",
    )];
  }
}

function unreadableIn(directory: string, fs: Look): string[] {
  try {
    if (fs.stat(directory)?.kind !== "directory") return [];
    return fs.readDir(directory).filter(({ name }) => name.endsWith(".json"))
      .map(({ name }) => `${directory}/${name}`).filter((path) => !canRead(path, fs));
  } catch (error) {
    if (error instanceof FsError) return [directory];
    throw error;
  }
}

function canRead(path: string, fs: Look): boolean {
  try {
    fs.openRead(path).close();
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}
