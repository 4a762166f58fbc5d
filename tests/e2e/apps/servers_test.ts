/** Servers with processes of their own: started, restarted and stopped by signals. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ask, freePort, missingOf, TwoWays, wheelsOf } from "../support/apps.ts";
import { e2e } from "../support/e2e.ts";

const flask = await wheelsOf("flask", "gunicorn==27.0.1", "flask==3.1.3");
const uvicorn = await wheelsOf("uvicorn", "uvicorn[standard]==0.54.0");
const django = await wheelsOf("django", "django==5.2.19");
const celery = await wheelsOf("celery", "celery==5.7.0");

const FLASK = {
  "web.py": `
import os, sys
from flask import Flask
app = Flask(__name__)
@app.get("/")
def index():
    return "%d %d %s" % (os.getpid(), os.getppid(), sys.argv[0])
`,
};

type Answer = readonly [pid: string, parent: string, argv0: string];
const parse = (answer: string) => answer.split(" ") as unknown as Answer;

/**
 * As installed, as wheels that were only unzipped, and by `-m`, where gunicorn cannot execute itself anew in a
 * virtual environment either: it starts its own __main__.py, beside which its `http` hides Python's (gunicorn#3281).
 */
const ENTRIES = [
  ["the console script of a layer", { console_script: "gunicorn" }, true],
  ["a callable, which has no file of its own", { callable: "gunicorn.app.wsgiapp:run" }, true],
  ["a module", { module: "gunicorn" }, false],
] as const;

for (const [what, entry, executesItself] of ENTRIES) {
  e2e(
    `gunicorn reloads on HUP${
      executesItself ? ", re-executes itself on USR2" : ""
    } and ends on TERM ` +
      `when it is started from ${what}`,
    missingOf(flask),
    async () => {
      const port = freePort();
      const args = ["web:app", "--workers", "2", "--bind", `127.0.0.1:${port}`, "--pid", "g.pid"];
      await using ways = await TwoWays.create(flask, FLASK, {
        entrypoints: { default: { ...entry, args } },
      });
      const child = ways.start("edgeboot", ["run", "app"]);
      const url = `http://127.0.0.1:${port}/`;
      try {
        const first = parse(await ask(url));
        assertEquals(
          Number(first[1]),
          child.pid,
          "exec keeps the PID: the arbiter is what was started",
        );
        child.kill("SIGHUP");
        const second = parse(await ask(url, (answer) => parse(answer)[0] !== first[0]));
        assertEquals(second[1], first[1], "the same arbiter with new workers");
        if (!executesItself) {
          child.kill("SIGTERM");
          assertEquals((await child.status).code, 0);
          return await gone(url);
        }
        child.kill("SIGUSR2");
        const third = parse(await ask(url, (answer) => parse(answer)[1] !== first[1]));
        child.kill("SIGTERM");
        assertEquals((await child.status).code, 0);
        const fourth = parse(await ask(url, (answer) => parse(answer)[1] === third[1]));
        assertEquals(fourth[1], third[1], "the new arbiter serves alone");
        Deno.kill(Number(third[1]), "SIGTERM");
        await gone(url);
      } finally {
        await end(child);
      }
    },
  );
}

e2e(
  "uvicorn runs four workers, and serves a socket that it was handed as descriptor 3",
  missingOf(uvicorn),
  async () => {
    const text = `
import os
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    body = "%d %d %s" % (os.getpid(), os.getppid(), os.environ.get("LISTEN_PID"))
    await send({"type": "http.response.body", "body": body.encode()})
`;
    const entry = { module: "uvicorn", args: ["web:app", "--log-level", "error"] };
    await using ways = await TwoWays.create(uvicorn, { "web.py": text }, {
      entrypoints: { default: entry },
    });
    const port = freePort();
    const url = `http://127.0.0.1:${port}/`;
    const child = ways.start("edgeboot", ["run", "app", "--workers", "4", "--port", String(port)]);
    try {
      const pids = new Set<string>();
      await ask(url, (answer) => pids.add(answer.split(" ")[0]!).size >= 2);
      const children = await Deno.readTextFile(`/proc/${child.pid}/task/${child.pid}/children`);
      assert(children.trim().split(" ").length >= 4, children);
      child.kill("SIGTERM");
      await child.status;
      await gone(url);
    } finally {
      await end(child);
    }

    // As systemd does it: the socket is descriptor 3, LISTEN_PID names the process that is started.
    const activate = `
import os, socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen()
s.fileno() == 3 or os.dup2(s.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
`;
    const { BINARY } = await import("../support/binary.ts");
    const handed = new Deno.Command("/usr/bin/env", {
      args: [
        ...["python3", "-c", activate, String(port), BINARY, "run", "app", "--fd", "3"],
      ],
      ...{ env: ways.sandbox.environment(), clearEnv: true },
      ...{ stdin: "null", stdout: "null", stderr: "piped" } as const,
    }).spawn();
    try {
      const [pid, , listen] = (await ask(url)).split(" ");
      assertEquals([Number(pid), Number(listen)], [handed.pid, handed.pid]);
    } finally {
      await end(handed);
    }
  },
);

const DJANGO = {
  "manage.py": `
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
  "site_settings.py": `
SECRET_KEY = "x"; DEBUG = True; ROOT_URLCONF = "urls"; ALLOWED_HOSTS = ["*"]; USE_I18N = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.staticfiles", "shop"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
STATIC_URL = "/static/"; LANGUAGE_CODE = "de"
`,
  "urls.py": `
import os
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
urlpatterns = [path("", lambda request: render(request, "page.html", {"number": 1234.5})),
    path("pid", lambda request: HttpResponse("%d %d" % (os.getpid(), os.getppid())))]
`,
  "shop/__init__.py": "",
  "shop/templates/page.html": "{% load i18n %}{% translate 'Monday' %} {{ number|floatformat:2 }}",
  "shop/static/shop.css": "body { color: navy }",
};

e2e(
  "Django checks, finds templates, static files and translations, and serves under its auto-reloader",
  missingOf(django),
  async () => {
    await using ways = await TwoWays.create(django, DJANGO, {
      entrypoints: { default: { script: "manage.py" } },
    });
    for (
      const args of [["check"], ["findstatic", "shop.css"], ["diffsettings"], ["migrate", "-v0"]]
    ) {
      const plain = await ways.plainly([`${ways.plain}/manage.py`, ...args]);
      const through = await ways.through(["run", "app", ...args]);
      assertEquals(
        [through.code, ways.normal(through.stdout)],
        [0, ways.normal(plain.stdout)],
        through.stderr,
      );
    }
    const answers: string[] = [];
    for (const how of ["plain", "edgeboot"] as const) {
      const port = freePort();
      const args = ["runserver", `127.0.0.1:${port}`];
      const start = how === "plain" ? [`${ways.plain}/manage.py`] : ["run", "app"];
      const child = ways.start(how, [...start, ...args], { PYTHONUNBUFFERED: "1" });
      try {
        const url = `http://127.0.0.1:${port}`;
        answers.push(await ask(`${url}/`), await ask(`${url}/static/shop.css`));
        const [, parent] = (await ask(`${url}/pid`)).split(" ");
        assertEquals(Number(parent), child.pid, "the reloader's child serves");
      } finally {
        await end(child);
      }
    }
    assertEquals(answers.slice(2), answers.slice(0, 2));
    assertStringIncludes(answers[0]!, "Montag 1234,50");
  },
);

e2e("Celery's prefork workers carry out tasks", missingOf(celery), async () => {
  const text = `
import os, sys
from celery import Celery
folder = os.environ["BROKER"]
os.makedirs(folder, exist_ok=True)
app = Celery("tasks", broker="filesystem://", backend="file://" + folder)
app.conf.broker_transport_options = dict.fromkeys(["data_folder_in", "data_folder_out", "control_folder"], folder)
@app.task
def where(n):
    return [n * n, os.getppid()]
def send():
    print(*[where.delay(n).get(timeout=20) for n in (2, 3)])
`;
  await using ways = await TwoWays.create(celery, { "tasks.py": text }, {
    entrypoints: {
      worker: {
        console_script: "celery",
        args: ["-A", "tasks", "worker", "-P", "prefork", "-c", "2"],
      },
      send: { callable: "tasks:send" },
    },
  });
  const env = { BROKER: ways.sandbox.path("tmp/broker") };
  const worker = ways.start("edgeboot", ["run", "--entry", "worker", "app"], env);
  try {
    const { code, stdout, stderr } = await ways.through(["run", "--entry", "send", "app"], env);
    assertEquals([code, stdout], [0, `[4, ${worker.pid}] [9, ${worker.pid}]\n`], stderr);
    worker.kill("SIGTERM");
    assertEquals((await worker.status).code, 0, "a warm shutdown");
  } finally {
    await end(worker);
  }
});

async function gone(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      await (await fetch(url)).body?.cancel();
    } catch {
      return;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${url} is still served`);
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
  await child.stderr.cancel();
  await child.status;
}
