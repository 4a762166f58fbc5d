import { git } from "../compile/git.ts";
import { FIRST_CHECKED_COMMIT, LONGEST_SUBJECT } from "./architecture.ts";
import type { Violation } from "./violation.ts";

/** Compiled or generated: it is made anew where it is needed. */
const GENERATED = /\.(?:py[cod]|so|o|a|class|wasm|exe|whl|log|tsbuildinfo)$|(?:^|\/)__pycache__\//;

/** `names` are the files that git keeps. */
export function checkTracked(names: readonly string[]): Violation[] {
  return names.filter((name) => GENERATED.test(name)).map((path) => ({
    ...{ rule: "generated-file", path, line: 0 },
    message: "it is compiled or generated: take it out of git, and ignore its kind",
  }));
}

/** `commits` as `git log --format="%h %s"` prints them. */
export function checkSubjects(commits: readonly string[]): Violation[] {
  return commits.flatMap((commit): Violation[] => {
    const at = commit.indexOf(" ");
    const [hash, subject] = [commit.slice(0, at), commit.slice(at + 1)];
    if ([...subject].length <= LONGEST_SUBJECT) return [];
    const message =
      `${[...subject].length} characters in the subject ${JSON.stringify(subject)}; ` +
      `${LONGEST_SUBJECT} at the most, and the rest in the body`;
    return [{ rule: "commit-subject", path: `commit ${hash}`, line: 0, message }];
  });
}

/** What git knows of the project; nothing outside a checkout, or where its history is cut off. */
export async function checkRepository(root: string): Promise<Violation[]> {
  if (await git(root, "rev-parse", "--show-prefix") !== "") return [];
  const tracked = await git(root, "ls-files");
  const range = `${FIRST_CHECKED_COMMIT}..HEAD`;
  const commits = await git(root, "log", "--no-merges", "--format=%h %s", range);
  const lines = (text: string | undefined) =>
    (text ?? "").split("\n").filter((line) => line !== "");
  return [...checkTracked(lines(tracked)), ...checkSubjects(lines(commits))];
}
