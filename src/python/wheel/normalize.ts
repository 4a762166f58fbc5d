/** PEP 503: what names of the same project have in common. */
export function normalizeName(distribution: string): string {
  return distribution.replace(/[-_.]+/g, "-").toLowerCase();
}

const SPELLINGS: Readonly<Record<string, string>> = {
  ...{ alpha: "a", beta: "b", c: "rc", pre: "rc", preview: "rc", rev: "post", r: "post" },
};

/** PEP 440, normalization: equal for two spellings of one version, trailing zeros aside. */
export function normalizeVersion(version: string): string {
  const [main, local] = version.toLowerCase().replace(/^v/, "").split("+") as [string, string?];
  const words = main.replace(/[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*)/, spelled(""))
    .replace(/[-_](\d+)(?=$|[-_.]?dev)/, ".post$1")
    .replace(/[-_.]?(post|rev|r(?!c))[-_.]?(\d*)/, spelled("."))
    .replace(/[-_.]?(dev)[-_.]?(\d*)/, spelled("."))
    .replace(/\d+/g, (digits) => String(BigInt(digits)));
  return local === undefined ? words : `${words}+${local.replace(/[-_]/g, ".")}`;
}

function spelled(before: string) {
  return (_: string, word: string, digits: string) =>
    `${before}${SPELLINGS[word] ?? word}${digits || "0"}`;
}
