export type Profile = ReadonlyMap<string, string>;

/** The sections of AWS's shared files (INI): names and values; nested ones, which are indented, are left out. */
export function parseProfiles(text: string): Map<string, Profile> {
  const profiles = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\[\s*(.+?)\s*\]/.exec(line)?.[1]?.replace(/\s+/, " ");
    if (section !== undefined) {
      current = profiles.get(section) ?? new Map();
      profiles.set(section, current);
    }
    const [, name, value] = /^([A-Za-z0-9_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) current?.set(name.toLowerCase(), value!);
  }
  return profiles;
}
