import type { NamedIndex } from "../index/settings.ts";
import type { NamedText } from "./read_lock.ts";
import { parseToml } from "./table.ts";

/**
 * What a project calls its indexes: variables with credentials are named after it.
 * @param project its `pyproject.toml`
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export async function namedIndexes({ text, file }: NamedText): Promise<readonly NamedIndex[]> {
  const tool = (await parseToml(text, file)).table("tool");
  const tables = [
    ...tool?.table("uv")?.tables("index") ?? [],
    ...tool?.table("poetry")?.tables("source") ?? [],
    ...tool?.table("pdm")?.tables("source") ?? [],
  ];
  return tables.flatMap((table) => {
    const [name, url] = [table.optionalText("name"), table.optionalText("url")];
    return name === undefined || url === undefined ? [] : [{ name, url }];
  });
}
