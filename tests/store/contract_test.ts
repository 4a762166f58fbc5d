import { dryHost } from "../../src/app/dry/dry_host.ts";
import { denoFs } from "../../src/host/deno_fs.ts";
import { denoHost } from "../../src/host/deno_host.ts";
import { testStore } from "./contract.ts";

testStore("Store on this machine", () => denoHost);
testStore("Store on Deno's file calls alone", () => ({ ...denoHost, fs: denoFs }));
testStore("Store of a dry run", () => dryHost(denoHost));
