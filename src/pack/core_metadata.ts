/** What a `METADATA` says (core metadata specifications, PyPA). */
export interface CoreMetadata {
  readonly name: string;
  readonly version: string;
  /** a specifier set of PEP 440 */
  readonly requiresPython: string | undefined;
  /** As SPDX has it where it is stated in that form; undefined where nothing is stated. */
  readonly license: string | undefined;
  readonly summary: string | undefined;
  readonly requires: readonly string[];
}

/** Reads the headers, which are in the form of an e-mail's; what follows them is a description. */
export function parseCoreMetadata(text: string): CoreMetadata {
  const fields = headersOf(text);
  const first = (name: string) => fields.find(([key]) => key === name)?.[1];
  const all = (name: string) => fields.flatMap(([key, value]) => key === name ? [value] : []);
  return {
    name: first("name") ?? "",
    version: first("version") ?? "",
    requiresPython: first("requires-python"),
    license: first("license-expression") ?? licenseIn(all("classifier")) ??
      shortLicense(first("license")),
    summary: first("summary"),
    requires: all("requires-dist"),
  };
}

function headersOf(text: string): [name: string, value: string][] {
  const fields: [string, string][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === "") break;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) last[1] += `\n${line.trim()}`;
    const field = /^([\w-]+):\s*(.*)$/.exec(line);
    if (field !== null) fields.push([field[1]!.toLowerCase(), field[2]!.trim()]);
  }
  return fields.filter(([, value]) => value !== "" && value !== "UNKNOWN");
}

/** What PyPI's classifiers say, as SPDX says it; of others the words. */
const CLASSIFIED: Readonly<Record<string, string>> = {
  "MIT License": "MIT",
  "MIT No Attribution License (MIT-0)": "MIT-0",
  "Apache Software License": "Apache-2.0",
  "BSD License": "BSD",
  "ISC License (ISCL)": "ISC",
  "Python Software Foundation License": "PSF-2.0",
  "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
  "The Unlicense (Unlicense)": "Unlicense",
  "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
  "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
  "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
  "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
  "GNU Affero General Public License v3": "AGPL-3.0-only",
};

function licenseIn(classifiers: readonly string[]): string | undefined {
  const names = classifiers.flatMap((text) => {
    const [kind, ...parts] = text.split("::").map((part) => part.trim());
    const name = parts.at(-1);
    // `License :: OSI Approved` alone says which kind, and not which.
    return kind === "License" && name !== undefined && name !== "OSI Approved" ? [name] : [];
  });
  if (names.length === 0) return undefined;
  return [...new Set(names.map((name) => CLASSIFIED[name] ?? name))].sort().join(" OR ");
}

/** Some put the whole text of a licence into the field for its name. */
function shortLicense(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= 64 && !text.includes("\n") ? text : undefined;
}
