import type { Credentials } from "../../model/location.ts";

/** What a `.netrc` says of each host; "" is the `default` entry, for all others. */
export type Netrc = ReadonlyMap<string, Credentials>;

/** Reads the file that ftp(1) invented, as Python's `netrc` and curl do: words, in quotes where need be. */
export function parseNetrc(text: string): Netrc {
  const hosts = new Map<string, Credentials>();
  const words = wordsOf(text);
  let host: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const value = words[index + 1] ?? "";
    if (word === "machine" || word === "default") {
      host = word === "default" ? "" : value;
      if (word === "machine") index++;
      // The first entry of a host is the one that counts.
      if (hosts.has(host)) host = undefined;
      else hosts.set(host, { username: "", password: "" });
    } else if (word === "login" || word === "user" || word === "password" || word === "account") {
      index++;
      const before = host === undefined ? undefined : hosts.get(host);
      if (before === undefined || word === "account") continue;
      const field = word === "password" ? "password" : "username";
      hosts.set(host!, { ...before, [field]: value });
    }
  }
  return hosts;
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  let isMacro = false;
  for (const line of text.split(/\r?\n/)) {
    // A macro ends with an empty line.
    if (line.trim() === "") isMacro = false;
    if (isMacro) continue;
    for (const [word, quoted] of line.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)) {
      if (quoted === undefined && word.startsWith("#") && isBetweenEntries(words)) break;
      if (quoted === undefined && word === "macdef") {
        isMacro = true;
        break;
      }
      words.push(quoted === undefined ? word : quoted.replace(/\\(.)/g, "$1"));
    }
  }
  return words;
}

const NAMES = new Set(["machine", "login", "user", "password", "account"]);

/** A password may begin with `#`: it is a comment only where no value is awaited. */
function isBetweenEntries(words: readonly string[]): boolean {
  return !NAMES.has(words.at(-1) ?? "");
}
