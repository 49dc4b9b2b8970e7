#!/usr/bin/python3
"""town - the sample town of `make run`: real broker, daemon, buttons and mail, and a narration of two minutes.

Everything is a child of this program, listens on 127.0.0.1 and lives in one folder. Ctrl-C ends all of it; should this
program be killed, the kernel ends the children.

usage: town.py BUILD RUN_DIR MQTT_PORT WEB_PORT
"""
import asyncio
import csv
import ctypes
import datetime
import email
import email.policy
import os
import re
import secrets
import shutil
import signal
import socket
import sys
import urllib.error
import urllib.request
import zoneinfo

from aiosmtpd.smtp import SMTP

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MISSES = "R002"            # who does not press in time
JAPANESE = os.environ.get("LANG", "").startswith("ja")
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
MARK = ".made-by-make-run"  # a folder without it is somebody else's and is left alone


def say(ja, en):
    return ja if JAPANESE else en


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def narrate(who, text, code="0"):
    now = datetime.datetime.now(ZONE).strftime("%H:%M:%S")
    print(f"{paint('2', now)}  {paint(code, who)}  {text}", flush=True)


def headline(text):
    print("\n" + paint("1", f"── {text} ──"), flush=True)


def zone_of_the_day():
    """Windows may not cross midnight: close to it in Tokyo, the town lies elsewhere."""
    name = "Asia/Tokyo"
    if datetime.datetime.now(zoneinfo.ZoneInfo(name)).strftime("%H:%M") >= "23:50":
        name = "Asia/Bangkok"
    return name


ZONE_NAME = zone_of_the_day()
ZONE = zoneinfo.ZoneInfo(ZONE_NAME)


def die_with_parent():
    ctypes.CDLL("libc.so.6").prctl(1, signal.SIGTERM)


def port_is_free(port, name):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError as e:
            sys.exit(f"127.0.0.1:{port} is taken ({e.strerror}): choose another, {name}=… make run")


def read_csv(name):
    with open(os.path.join(TOP, "docs/sample-town", name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def write_csv(folder, name, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


class Mailbox:
    """Shows each mail as its reader would read it."""

    def __init__(self, names):
        self.names = names
        self.shown = 0

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        to = envelope.rcpt_tos[0]
        self.shown += 1
        narrate("✉ " + say("メール", "mail"), f"{self.names.get(to, to)} <{to}>", "35")
        print(paint("1", f"          {mail['subject']}"))
        for line in mail.get_content().rstrip().split("\n"):
            print(f"          {line}")
        print(flush=True)
        return "250 taken"


class Town:
    def __init__(self, build, folder, mqtt_port, web_port):
        self.build, self.folder = os.path.abspath(build), os.path.abspath(folder)
        self.mqtt_port, self.web_port = mqtt_port, web_port
        self.config = os.path.join(self.folder, "mimamori.conf")
        self.children, self.buttons, self.readers = [], {}, []
        self.residents = read_csv("residents.csv")
        self.watchers = read_csv("watchers.csv")
        self.users = read_csv("users.csv")
        self.links = [k for k in read_csv("links.csv") if k["resident_id"] == MISSES]
        self.names = {r["resident_id"]: r["name"] for r in self.residents}
        people = {f"{w['watcher_id'].lower()}@example.jp": f"{w['name']}（{w['relation']}）" for w in self.watchers}
        people.update({u["channels"].removeprefix("mail:"): u["name"] for u in self.users if u["channels"]})
        self.mailbox, self.mail = Mailbox(people), None

    async def start(self, *command, log=None, **more):
        out = open(os.path.join(self.folder, log), "ab") if log else None
        child = await asyncio.create_subprocess_exec(
            *command, preexec_fn=die_with_parent, start_new_session=True,
            stdout=more.pop("stdout", out), stderr=out, **more)
        if out:
            out.close()
        self.children.append((os.path.basename(command[0]), child))
        return child

    async def shell(self, *args, typed=""):
        child = await asyncio.create_subprocess_exec(
            os.path.join(self.build, "mimamori"), "--config", self.config, *args, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        out, err = await child.communicate(typed.encode())
        if child.returncode:
            raise RuntimeError(f"mimamori {' '.join(args)}: {err.decode().strip()}")
        return out.decode().strip()

    async def show(self, *args):
        """The command as a person at this terminal would see it."""
        child = await asyncio.create_subprocess_exec(
            os.path.join(self.build, "mimamori"), "--config", self.config, *args)
        await child.wait()

    def prepare_folder(self):
        if os.path.exists(self.folder):
            if os.listdir(self.folder) and not os.path.exists(os.path.join(self.folder, MARK)):
                sys.exit(f"{self.folder} is not empty and not of an earlier `make run`: choose another RUN_DIR")
            shutil.rmtree(self.folder)
        os.makedirs(os.path.join(self.folder, "import"), mode=0o700)
        open(os.path.join(self.folder, MARK), "w").close()

    async def start_broker(self):
        broker = os.path.join(TOP, "server/broker/private-broker")
        await self.start(broker, os.path.join(self.folder, "broker"), str(self.mqtt_port), log="broker.log")
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.mqtt_port), 1).close()
                return
            except OSError:
                await asyncio.sleep(0.1)
        sys.exit(f"the broker did not start: see {self.folder}/broker.log")

    async def start_mail(self):
        loop = asyncio.get_running_loop()
        self.mail = await loop.create_server(lambda: SMTP(self.mailbox, loop=loop), "127.0.0.1", 0)

    def write_config(self):
        broker = os.path.join(self.folder, "broker")
        mail_port = self.mail.sockets[0].getsockname()[1]
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(f"""\
[server]
name = 本町市社会福祉協議会
phone = 000-555-0100
timezone = {ZONE_NAME}
group = 2s
[store]
url = sqlite:{self.folder}/mimamori.db
[mqtt]
port = {self.mqtt_port}
username = mimamorid
password_file = {broker}/mimamorid.password
broker_passwords = {broker}/mimamori.passwd
broker_reload = kill -HUP $(cat {broker}/mosquitto.pid)
[web]
listen = 127.0.0.1:{self.web_port}
public_url = http://127.0.0.1:{self.web_port}
[mail]
url = smtp://127.0.0.1:{mail_port}
from = mimamori@example.jp
""")

    def write_import(self, opens):
        """The sample town with a morning of seconds: opens, due 30 s later, 20 s of grace."""
        due = opens + datetime.timedelta(seconds=30)
        folder = os.path.join(self.folder, "import")
        for name in ("districts.csv", "links.csv", "devices.csv"):
            shutil.copy(os.path.join(TOP, "docs/sample-town", name), folder)
        for r in self.residents:
            r["schedule"] = f"daily {opens:%H:%M:%S}-{due:%H:%M:%S} +20s"
            r["policy"] = "demo"
        for w in self.watchers:
            w["hours"] = "daily 00:00-24:00"
        for u in self.users:
            u["duty"] = "daily 00:00-24:00"
        write_csv(folder, "residents.csv", self.residents)
        write_csv(folder, "watchers.csv", self.watchers)
        write_csv(folder, "users.csv", [u for u in self.users if u["channels"]])
        steps = [("0s", "resident+tier1+staff"), ("20s", "tier2"), ("60s", "tier3+staff")]
        write_csv(folder, "policies.csv",
                  [{"policy": "demo", "kind": "missed", "after": a, "notify": n} for a, n in steps])
        self.deadline = due + datetime.timedelta(seconds=20)

    async def start_daemon(self):
        await self.start(os.path.join(self.build, "mimamorid"), "--config", self.config, log="mimamorid.log")
        url = f"http://127.0.0.1:{self.web_port}/readyz"
        for _ in range(100):
            try:
                with urllib.request.urlopen(url, timeout=1) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            await asyncio.sleep(0.1)
        sys.exit(f"the daemon did not become ready: see {self.folder}/mimamorid.log")

    async def start_button(self, device, resident):
        said = await self.shell("device", "add", device, "--resident", resident)
        password = re.split(r"\s+", said)[-1]
        config = os.path.join(self.folder, f"{device}.conf")
        with open(config, "w", encoding="utf-8") as f:
            os.fchmod(f.fileno(), 0o600)
            f.write(f"[button]\ndevice = {device}\nsource = stdin\nspool = {self.folder}/{device}\n"
                    f"console = lines\ntimezone = {ZONE_NAME}\n"
                    f"[mqtt]\nport = {self.mqtt_port}\npassword = {password}\n")
        child = await self.start(
            os.path.join(self.build, "mimamori-button"), "--config", config, log=f"{device}.log",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        self.buttons[resident] = child
        self.readers.append(asyncio.create_task(self.listen(child, resident)))

    async def listen(self, child, resident):
        name = self.names[resident]
        while line := await child.stdout.readline():
            said = line.decode().strip()
            event = re.match(r"event=(\S+)", said)
            text = said.partition(" text=")[2]
            if event and event[1] == "heard":
                narrate("● " + say("ボタン", "button"), f"{name}: {text}", "32")
            elif event and event[1] == "message":
                narrate("♪ " + say("ボタン", "button"), f"{name}: {text}", "33")

    async def press(self, resident):
        child = self.buttons[resident]
        child.stdin.write(b"\n")
        await child.stdin.drain()

    async def until(self, seconds_after_deadline):
        at = self.deadline + datetime.timedelta(seconds=seconds_after_deadline)
        await asyncio.sleep(max(0.0, (at - datetime.datetime.now(ZONE)).total_seconds()))

    async def open_incident(self):
        import json
        for i in json.loads(await self.shell("incidents", "--json")):
            if i["resident_id"] == MISSES:
                return i
        return None

    async def morning(self):
        headline(say("朝です。みなさんが1日1回のボタンを押します。", "Morning. Everybody presses the button, once a day."))
        for r in self.residents:
            if r["resident_id"] != MISSES:
                await self.press(r["resident_id"])
                await asyncio.sleep(0.7)
        await self.until(-21)
        headline(say(f"{self.names[MISSES]}さんの合図がまだです。まずボタンが声をかけます。",
                     f"{self.names[MISSES]} has not pressed. First the button reminds."))
        await self.until(-1)
        headline(say("締切です。職員と1番目の方にお知らせします。", "The deadline. Staff and tier 1 are told."))
        await self.until(19)
        headline(say("どなたからもお返事がありません。2番目の方にお知らせします。", "Nobody answers. Tier 2 is told."))
        await self.until(27)
        headline(say("職員の田中さんが引き受けます。", "Tanaka of the staff claims it: on the telephone."))
        incident = await self.open_incident()
        print(await self.shell("claim", str(incident["id"]), "--by", "tanaka"), flush=True)
        await self.until(36)
        headline(say("遅れて合図が届きました。お知らせした全員に、終わったことが届きます。",
                     "The press comes late after all. Everybody who was told hears that it has ended."))
        await self.press(MISSES)
        await self.until(44)
        headline(say("一覧", "The daily list"))
        await self.show("status")

    async def run(self):
        port_is_free(self.mqtt_port, "MQTT_PORT")
        port_is_free(self.web_port, "WEB_PORT")
        self.prepare_folder()
        await self.start_broker()
        await self.start_mail()
        self.write_config()
        self.write_import(datetime.datetime.now(ZONE) + datetime.timedelta(seconds=12))
        await self.shell("init")
        print(await self.shell("import", os.path.join(self.folder, "import")), flush=True)
        password = secrets.token_urlsafe(9)  # of this run only: nothing comes with a default one
        await self.shell("user", "add", "admin", "--name", "管理 みどり", "--role", "admin", typed=password + "\n")
        await self.shell("user", "password", "tanaka", typed=password + "\n")
        await self.start_daemon()
        for d in read_csv("devices.csv"):
            await self.start_button(d["device_id"], d["resident_id"])
        print(say("見本の町が動いています：住民20人、見守り人30人。", "The sample town is up: 20 residents, 30 watchers."))
        print(say(f"職員のページ： http://127.0.0.1:{self.web_port}/  サインイン： tanaka（管理者は admin） パスワード {password}",
                  f"Staff page: http://127.0.0.1:{self.web_port}/  sign in as tanaka (admin: admin), password {password}"))
        print(say(f"端末から： {self.build}/mimamori --config {self.config} status",
                  f"From another shell: {self.build}/mimamori --config {self.config} status"), flush=True)
        await self.morning()
        print("\n" + say("Ctrl-C で終わります。", "Ctrl-C ends all of it."), flush=True)
        await asyncio.Event().wait()

    async def stop(self):
        for task in self.readers:
            task.cancel()
        # The broker last: buttons and daemon say goodbye to it.
        await self.end([c for c in self.children if c[0] != "private-broker"])
        await self.end([c for c in self.children if c[0] == "private-broker"])
        if self.mail:
            self.mail.close()

    async def end(self, children):
        for _, child in children:
            if child.returncode is None:
                child.terminate()
        for name, child in children:
            try:
                await asyncio.wait_for(child.wait(), 6)
            except asyncio.TimeoutError:
                print(f"{name} did not end in time: killed", file=sys.stderr)
                child.kill()
                await child.wait()


async def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.rpartition("usage: ")[2].strip())
    town = Town(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    here = asyncio.current_task()
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(sig, here.cancel)
    try:
        await town.run()
    except asyncio.CancelledError:
        print()
    finally:
        await town.stop()


asyncio.run(main())
