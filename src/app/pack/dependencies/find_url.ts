import { type Content, readAll } from "../../../model/content.ts";
import { EdgebootError } from "../../../model/errors.ts";
import { type IndexFile, parseSimplePage } from "../../../pack/index/simple_page.ts";
import type { IndexAccess } from "./index_access.ts";
import { fetchFailed, shownUrl, titleOf, type WantedFile } from "./wanted_file.ts";

/** The page of a project with thousands of files has 3 MB. */
const MOST_BYTES = 64 * 1024 ** 2;

/**
 * The address of a file that a lock names without one: the first index that has it under its name, and with no other
 * digest. The lock's own index comes first.
 * @throws EdgebootError INDEX_UNREACHABLE (69), REGISTRY_DENIED (77)
 */
export async function findUrl(wanted: WantedFile, access: IndexAccess): Promise<string> {
  const { of, file } = wanted;
  const own = of.source.kind === "index" ? of.source.url : undefined;
  const indexes = [...(own === undefined ? [] : [own]), ...await access.indexes()];
  for (const index of new Set(indexes)) {
    const page = `${index.replace(/\/+$/, "")}/${of.name}/`;
    const files = await filesOn(page, wanted, access);
    const found = files.find(({ name, sha256 }) =>
      name === file.name && (sha256 === undefined || sha256 === file.sha256)
    );
    if (found !== undefined) return found.url;
  }
  const asked = indexes.map(shownUrl).join(", ");
  throw new EdgebootError("INDEX_UNREACHABLE", {
    what: `nowhere is ${file.name} of ${titleOf(of)}`,
    why: indexes.length === 0
      ? `${wanted.lock} does not say where it is, and no index is configured`
      : `${wanted.lock} does not say where it is, and it is not on ${asked}`,
    next: "name the index with --index-url URL, or give the file with --wheels DIR",
  }, { facts: { package: of.name } });
}

async function filesOn(
  page: string,
  wanted: WantedFile,
  access: IndexAccess,
): Promise<readonly IndexFile[]> {
  try {
    const fetched = await access.fetch(page, { document: true });
    return fetched.kind === "content" ? await read(fetched, page) : [];
  } catch (error) {
    throw fetchFailed(wanted, page, error);
  }
}

async function read(content: Content, page: string): Promise<readonly IndexFile[]> {
  const text = new TextDecoder().decode(await readAll(content, MOST_BYTES));
  return parseSimplePage(text, page) ?? [];
}
