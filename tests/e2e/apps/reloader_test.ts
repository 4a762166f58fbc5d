/** A developer's way: the dependencies from a release, the sources from a working directory. */
import { assertEquals } from "@std/assert";
import { ask, freePort, missingOf, TwoWays, wheelsOf } from "../support/apps.ts";
import { e2e } from "../support/e2e.ts";

const django = await wheelsOf("django", "django==5.2.19");

const view = (version: number) => `
import os, sys
from django.http import HttpResponse
from django.urls import path
def index(request):
    site = [p for p in sys.path if "site-packages" in p]
    return HttpResponse("%d|${version}|%s|%s" % (os.getppid(), sys.argv[0], len(site)))
urlpatterns = [path("", index)]
`;

const SOURCE = {
  "manage.py": `
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
  "site_settings.py": `
SECRET_KEY = "x"; DEBUG = True; ROOT_URLCONF = "urls"; ALLOWED_HOSTS = ["*"]; INSTALLED_APPS = []
DATABASES = {}
`,
  "urls.py": view(1),
};

e2e(
  "Django's auto-reloader sees a changed source when manage.py runs from a working directory",
  missingOf(django),
  async () => {
    await using ways = await TwoWays.create(django, { "x.py": "" });
    const source = await ways.sandbox.write("source", SOURCE);
    const answers: string[][] = [];
    for (const how of ["plain", "edgeboot"] as const) {
      await Deno.writeTextFile(`${source}/urls.py`, view(1));
      const port = freePort();
      const run = [`${source}/manage.py`, "runserver", `127.0.0.1:${port}`];
      const child = ways.start(how, how === "plain" ? run : ["exec", "app", "python", ...run], {
        PYTHONSAFEPATH: "",
      });
      try {
        const url = `http://127.0.0.1:${port}/`;
        const before = await ask(url);
        // Again and again: a change before the reloader's first look is none to it.
        const saving = setInterval(
          () => Deno.writeTextFileSync(`${source}/urls.py`, view(2)),
          1000,
        );
        const after = await ask(url, (answer) => answer.includes("|2|"))
          .finally(() => clearInterval(saving));
        const parts = [before, after].map((answer) => answer.split("|"));
        assertEquals(parts.map(([parent]) => Number(parent)), [child.pid, child.pid]);
        answers.push(parts.map((part) => part.slice(1).join("|")));
      } finally {
        child.kill("SIGTERM");
        await child.stderr.cancel();
        await child.status;
      }
    }
    assertEquals(answers[1], answers[0]);
  },
);
