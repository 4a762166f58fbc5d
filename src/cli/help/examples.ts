import type { CommandSpec } from "../commands.ts";

/** Command lines as they are typed, by command. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  run: [
    "edgeboot run billing-api --port 8000",
    "edgeboot run --entry worker billing-api@1.4.2",
    "edgeboot run --bundle ./app.zip --sha256 HEX --entry pkg.main:run -- -v",
  ],
  exec: [
    "edgeboot exec billing-api python",
    "edgeboot exec billing-api -- python -m pdb -m billing",
  ],
  fetch: ["edgeboot fetch billing-api worker@1.4.2"],
  inspect: ["edgeboot inspect billing-api", "edgeboot inspect --json ./stable.json"],
  cache: [
    "edgeboot cache list",
    "edgeboot cache gc --max-size 20GB --dry-run",
    'ls "$(edgeboot cache path)"',
  ],
  verify: ["edgeboot verify", "edgeboot verify billing-api"],
  pin: ["edgeboot pin billing-api 1.4.2", "edgeboot pin --remove billing-api"],
  init: [
    "edgeboot init docker --python 3.11,3.12 > Dockerfile",
    "edgeboot init kubernetes --image REGISTRY/IMAGE billing-api > app.yaml",
    "edgeboot init systemd billing-api > billing-api.service",
    "edgeboot init systemd --template --type notify > edgeboot@.service",
  ],
  schema: ["edgeboot schema > release.schema.json"],
  completions: [
    "edgeboot completions bash > /etc/bash_completion.d/edgeboot",
    "edgeboot completions zsh > /usr/share/zsh/vendor-completions/_edgeboot",
    "edgeboot completions fish > ~/.config/fish/completions/edgeboot.fish",
  ],
  man: ["edgeboot man > edgeboot.1 && man -l edgeboot.1"],
  help: ["edgeboot help cache", "edgeboot help exit-codes"],
};

/** What is written above for the command, else its synopsis with an app in it. */
export function examplesOf(spec: CommandSpec): readonly string[] {
  const written = EXAMPLES[spec.name];
  if (written !== undefined) return written;
  const plain = spec.synopsis[0]!
    .replaceAll("[@REF]", "")
    .replace(/ \[[^\]]*\]/g, "")
    .replace(/ \|.*$/, "")
    .replace(/\bAPP\b…?/, "billing-api");
  return [plain];
}
