/** What pip's configuration says of indexes. */
export interface PipIndexes {
  readonly index: string | undefined;
  readonly extra: readonly string[];
}

/** `pip.conf`: Python's configparser; what stands for one command goes before `[global]`. */
export function parsePipConf(text: string): PipIndexes {
  const values = new Map<string, string>();
  let section = "";
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]/.exec(line);
    const entry = /^([^\s=:#;][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (/^\s*(?:[#;].*)?$/.test(line)) continue;
    if (header !== null) section = header[1]!.trim();
    else if (entry !== null) {
      key = `${section}.${entry[1]!.toLowerCase().replaceAll("_", "-")}`;
      values.set(key, entry[2]!.trim());
    } else if (key !== undefined) values.set(key, `${values.get(key)} ${line.trim()}`);
  }
  const of = (name: string) => values.get(`install.${name}`) ?? values.get(`global.${name}`);
  return {
    index: of("index-url"),
    extra: of("extra-index-url")?.split(/\s+/).filter(Boolean) ?? [],
  };
}
