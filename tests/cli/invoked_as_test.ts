import { assertEquals } from "@std/assert";
import { linkName } from "../../src/cli/invoked_as.ts";

const BINARY = "/usr/local/bin/edgeboot";

const CASES: [when: string, execFile: string | undefined, executable: string, name?: string][] = [
  ["it is a link to the binary", "/usr/local/bin/billing-api", BINARY, "billing-api"],
  ["a link is found on PATH", "billing-api", BINARY, "billing-api"],
  ["the binary has its own name", BINARY, BINARY],
  ["the binary was renamed", "/opt/bin/billing-api", "/opt/bin/billing-api"],
  ["a renamed binary is found on PATH", "billing-api", "/opt/bin/billing-api"],
  ["a link only puts another directory before the name", "/bin/launcher", "/opt/x/launcher"],
  ["a link has a name that ends as the binary's does", "/bin/boot", BINARY, "boot"],
  ["it is called as a version of itself", "/bin/edgeboot-0.1", BINARY],
  ["it stands for what it replaces in images", "/docker-entrypoint.sh", BINARY],
  ["it was started by a descriptor", "/dev/fd/7", BINARY],
  ["it was started by a descriptor of /proc", "/proc/self/fd/12", BINARY],
  ["the system does not say", undefined, BINARY],
  ["there is no name", "", BINARY],
];

for (const [when, execFile, executable, name] of CASES) {
  Deno.test(`linkName gives ${name ?? "nothing"} when ${when}`, () => {
    assertEquals(linkName(execFile, () => executable), name);
  });
}
