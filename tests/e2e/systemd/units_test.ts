import { assert, assertEquals } from "@std/assert";
import { encodeHex } from "@std/encoding/hex";
import { UNITS } from "./support/machine.ts";
import { noise } from "./support/service_app.ts";
import { bootForTests } from "./support/stage.ts";

const onMachine = await bootForTests();

const EVERYTHING = ["--token-file", "/etc/edgeboot/token", "--prefetch", "--collect"];
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  "as it is": ["clean"],
  "a notify app's": ["--type", "notify", "clean"],
  "with all there is": ["--type", "notify", "--socket", "127.0.0.1:8000", ...EVERYTHING, "clean"],
  "a template": ["--template", "--socket", "/run/edgeboot/%i.sock", ...EVERYTHING],
};

for (const [name, options] of Object.entries(VARIANTS)) {
  onMachine(
    `systemd-analyze has nothing to say against a unit, ${name}`,
    async (stage, machine) => {
      const names = await stage.install(...options);
      const units = names.filter((name) => !name.includes("/"))
        .map((name) => `${UNITS}/${name.replace("@.", "@billing-api.")}`);
      const verified = await machine.run("systemd-analyze", "verify", "--man=no", ...units);
      assertEquals([verified.code, verified.stderr], [0, ""]);
      for (const unit of names.filter((name) => name.endsWith(".service"))) {
        const path = `${UNITS}/${unit}`;
        const args = ["--no-pager", "--offline=true", "--threshold=25", path];
        const { code, stdout } = await machine.run("systemd-analyze", "security", ...args);
        const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1];
        assert(code === 0 && Number(exposure) <= 2.5, `${unit} is at ${exposure}: ${stdout}`);
      }
    },
  );
}

onMachine("V8 does not start where MemoryDenyWriteExecute is set", async (stage, machine) => {
  await stage.publish("denied");
  await stage.install("denied");
  await machine.dropIn("denied.service", "[Service]\nMemoryDenyWriteExecute=yes\nRestart=no\n");
  await machine.systemctl("start", "denied.service");
  await machine.until(
    "ended",
    async () => (await machine.show("denied.service")).ActiveState === "failed",
  );
  const shown = await machine.show("denied.service");
  assertEquals([shown.Result, shown.ExecMainStatus], ["signal", "5"]);
});

onMachine("an instance of the template is the app that it names", async (stage, machine) => {
  await stage.publish("billing-api");
  await stage.publish("web.shop");
  await stage.install("--template", "--type", "notify");
  const billing = await stage.start("edgeboot@billing-api.service");
  const shop = await stage.start("edgeboot@web.shop@stable.service");
  assertEquals(billing.env.EDGEBOOT_CURRENT_APP, "billing-api");
  assertEquals(shop.env.EDGEBOOT_CURRENT_APP, "web.shop");
  await machine.write("/etc/edgeboot/billing-api.env", "REGION=eu\n");
  await machine.output("systemctl", "restart", "edgeboot@billing-api.service");
  assertEquals((await stage.said("edgeboot@billing-api.service")).env.REGION, "eu");
});

onMachine(
  "services that start at once share one cache and one download",
  async (stage, machine) => {
    const text = encodeHex(noise(500_000));
    const archive = await stage.sandbox.archive({ "common.py": `TEXT = "${text}"\n` });
    const { sha256 } = await stage.sandbox.blob(archive);
    const apps = ["one", "two", "three", "four", "five", "six"];
    for (const app of apps) await stage.publish(app, { layers: [sha256] });
    await stage.install("--template", "--type", "notify");
    const units = apps.map((app) => `edgeboot@${app}.service`);
    await machine.output("systemctl", "start", ...units);
    const said = await Promise.all(units.map((unit) => stage.start(unit)));
    assertEquals(new Set(said.map(({ uid }) => uid)).size, 1);
    assertEquals(new Set(said.map(({ pid }) => pid)).size, apps.length);
    const downloads = stage.server.paths.filter((path) => path.endsWith(sha256));
    assertEquals(downloads.length, 1);
  },
);
