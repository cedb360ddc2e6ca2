"""Drives the HTML report in a real browser: keys, filters, before and after, themes, hostile text, no scripts.

    python3 tests/browser/report.py target/release/copydesk [SCREENSHOTS]

Needs Chromium (CHROME names another one) and nothing but Python's standard library; without a browser it says so and
succeeds. AXE=path/to/axe.min.js adds axe-core's accessibility checks.
"""

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
HOSTILE = (
    "A headline of </script><script>hacked = 1</script> letters\n\n"
    "They want to end the war. in </title></style><img src=x onerror=hacked=2> Ukraine \u202esoon\u202c, As <b onclick=hacked=3>they</b> said.\n\n"
    "The the minister's \"report\" & <!-- x --> &lt;b&gt; <svg/onload=hacked=4> ended. ' onfocus=hacked=5 autofocus x='\n"
)


class Browser:
    """A headless browser, spoken to through two pipes."""

    def __init__(self, path, profile):
        to_child, self.write_to = os.pipe()
        self.read_from, from_child = os.pipe()
        # The browser reads commands from descriptor 3 and answers on 4.
        launch = 'exec 3<&%d 4>&%d; exec "$@"' % (to_child, from_child)
        options = ["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + profile, "about:blank"]
        self.process = subprocess.Popen(
            ["sh", "-c", launch, "sh", path, *options], pass_fds=[to_child, from_child], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        os.close(to_child)
        os.close(from_child)
        self.buffer = b""
        self.count = 0
        self.session = None
        self.complaints = []

    def receive(self, seconds=30):
        end = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.read_from], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self.read_from, 1 << 16)
            if not data:
                raise EOFError("the browser ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(message)
        self.listen(message)
        return message

    def listen(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.complaints.append(str(params["args"]))

    def call(self, method, **params):
        self.count += 1
        number = self.count
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def tab(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def size(self, width, height, mobile=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def scheme(self, value):
        features = [{"name": "prefers-color-scheme", "value": value}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def open(self, address):
        self.call("Page.navigate", url="about:blank")
        self.complaints.clear()
        self.call("Page.navigate", url=address)
        end = time.monotonic() + 20
        while self.run("document.readyState") != "complete" or self.run("location.href") == "about:blank":
            if time.monotonic() > end:
                raise TimeoutError(address)
            time.sleep(0.02)

    def run(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", script))
        return answer["result"].get("value")

    def key(self, key, text=None):
        codes = {"Enter": 13, "Escape": 27, "Tab": 9}
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "") if text is None else text
        code = codes.get(key, ord(key.upper()) if len(key) == 1 else 0)
        common = {"key": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def click(self, selector):
        place = self.run(
            f"(() => {{ const n = document.querySelector({json.dumps(selector)}); n.scrollIntoView({{ block: 'center' }});"
            " const b = n.getClientRects()[0]; return [b.left + b.width / 2, b.top + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def shoot(self, file):
        pathlib.Path(file).write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def end(self):
        os.close(self.write_to)
        os.close(self.read_from)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


FAILED = []


def check(name, got, wanted=True):
    good = got == wanted
    print(f"{'ok  ' if good else 'FAIL'} {name}" + ("" if good else f": got {got!r}, wanted {wanted!r}"))
    if not good:
        FAILED.append(name)


def quiet(page, name):
    check(f"{name}: nothing on the console", page.complaints, [])


FOCUS = "document.activeElement.id"
CURRENT = "document.querySelector('.note[aria-current]')?.id ?? null"
SHOWN = "[...document.querySelectorAll('.doc')].filter((d) => !d.hidden).length"
LEFT = "[...document.querySelectorAll('.note')].filter((n) => !n.hidden).length"


def one_article(page, one):
    page.open(one)
    total = page.run(LEFT)
    check("all findings are listed", total, page.run("document.querySelectorAll('.text a.ref').length"))
    check("controls are shown", page.run("['bar', 'views', 'sift', 'theme', 'keys'].every((id) => !document.getElementById(id).hidden)"))
    page.key("Tab")
    check("the skip link comes first", page.run("document.activeElement.className"), "skip")
    check("it can be seen", page.run("document.activeElement.getBoundingClientRect().top >= 0"))
    page.key("j")
    check("j goes to the first place", page.run(FOCUS), "m1-1")
    check("j marks what is said", page.run(CURRENT), "f1-1")
    check("the place is lit", page.run("document.querySelectorAll('mark.now').length > 0"))
    check("why is told", page.run("document.querySelector('#f1-1 .why').textContent.length > 20"))
    page.key("n")
    page.key("j")
    check("n and j go on", page.run(FOCUS), "m1-3")
    page.key("k")
    page.key("p")
    check("k and p go back", page.run(FOCUS), "m1-1")
    page.key("k")
    check("before the first there is none", page.run(FOCUS), "m1-1")
    page.key("Enter")
    check("Enter goes to what is said", page.run(FOCUS), "f1-1")
    check("which has a name", page.run("document.activeElement.getAttribute('aria-label')"), "Finding 1: major, stray-full-stop. A full stop cuts the sentence in two.")
    page.key("Enter")
    check("Enter comes back", page.run(FOCUS), "m1-1")
    page.key("Enter")
    page.key("Escape")
    check("Escape comes back", page.run(FOCUS), "m1-1")
    check("the address names the finding", page.run("location.hash"), "#f1-1")
    page.click("#f1-2 .num")
    check("a number in the list leads to the place", page.run(FOCUS), "m1-2")
    page.click("#f1-4 .num")
    page.click("#f1-4 .evidence a")
    check("evidence leads to its place", page.run("location.hash.startsWith('#e1-4') && document.querySelector(location.hash) !== null"))
    page.run("Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (t) => { window.copied = t; } }, configurable: true })")
    page.run("document.querySelector('#f1-4 .copy').click()")
    check("a fingerprint is copied", page.run("/^[0-9a-f]{16}$/.test(window.copied)"))

    page.key("f")
    check("f opens the filter", page.run("!document.getElementById('filters').hidden && document.activeElement.id"), "words")
    for letter in "haass":
        page.key(letter)
    time.sleep(0.3)
    check("search leaves those that match", page.run(LEFT), 2)
    check("the count is told", page.run("document.getElementById('said').textContent"), "2 findings shown")
    check("places of the others lose their line", page.run("getComputedStyle(document.querySelector('mark[data-f=\"1\"]')).textDecorationLine"), "none")
    page.key("Escape")
    check("Escape leaves the filter", page.run(FOCUS), "sift")
    page.key("j")
    second = page.run(CURRENT)
    page.key("j")
    last = page.run(CURRENT)
    page.key("k")
    check("keys go through what is left", (second, last, page.run(CURRENT)), ("f1-9", "f1-9", "f1-4"))
    page.run("document.getElementById('all').click()")
    time.sleep(0.1)
    check("reset shows all", page.run(LEFT), total)
    page.run("document.querySelector('[name=severity][value=minor]').click()")
    time.sleep(0.1)
    minor = page.run("document.querySelectorAll('.note[data-s=minor]').length")
    check("a severity can be hidden", page.run(LEFT), total - minor)
    check("rules are counted without it", page.run("document.querySelector('#rule option').textContent"), f"All rules ({total - minor})")
    page.run("document.querySelector('[name=severity][value=minor]').click()")
    page.run("(() => { const r = document.getElementById('rule'); r.value = 'stray-full-stop'; r.dispatchEvent(new Event('input', { bubbles: true })); })()")
    time.sleep(0.1)
    check("one rule can be shown", page.run("[...document.querySelectorAll('.note')].every((n) => n.hidden === (n.dataset.r !== 'stray-full-stop'))"))
    page.run("document.getElementById('all').click()")
    time.sleep(0.1)

    page.run("document.body.focus(); document.activeElement.blur()")
    text = "document.querySelector('.text').innerText"
    check("at first the text is as it is", page.run(f"{text}.includes('end the war. in') && {text}.includes(', As')"))
    page.key("b")
    check("b marks the fixes", page.run("document.querySelector('[name=view]:checked').value"), "marked")
    check("what goes is told", page.run("document.querySelector('.x.unsafe').getAttribute('role')"), "deletion")
    check("suggestions stand in brackets", page.run("getComputedStyle(document.querySelector('.y.display'), '::after').content"), '"?]"')
    page.click("[value=clean]")
    check("the fixed text reads on", page.run(f"/end the war in\\d? Ukraine, as\\d? NBC/.test({text})"))
    check("suggestions are not applied", page.run(f"{text}.includes('Richard Huss') && !{text}.includes('Haass')"))
    check("lines taken out leave no gap", page.run("[...document.querySelectorAll('.gone')].every((n) => n.offsetHeight === 0)"))
    page.click("[value=split]")
    check("side by side has two of each block", page.run("(() => { const t = document.querySelector('.text'); return t.querySelectorAll(':scope > .after').length * 2 + 2 === t.children.length; })()"))
    check("no id twice", page.run("(() => { const ids = [...document.querySelectorAll('[id]')].map((n) => n.id); return ids.length === new Set(ids).size; })()"))
    page.run("document.activeElement.blur()")
    page.key("b")
    check("b goes back", page.run("document.querySelector('[name=view]:checked').value + document.querySelectorAll('.after').length"), "before0")

    before = page.run("getComputedStyle(document.body).backgroundColor")
    page.key("t")
    check("t turns the theme", page.run("document.documentElement.dataset.theme"), "dark")
    check("the page is dark", page.run("getComputedStyle(document.body).backgroundColor") != before)
    check("the button says so", page.run("document.getElementById('theme').getAttribute('aria-pressed')"), "true")
    page.run("document.getElementById('theme').click()")
    check("and back", page.run("getComputedStyle(document.body).backgroundColor"), before)
    page.key("?")
    check("? opens help", page.run("document.getElementById('help').open"))
    page.key("j")
    check("keys rest meanwhile", page.run("document.getElementById('help').contains(document.activeElement)"))
    page.key("Escape")
    check("Escape closes it", page.run("document.getElementById('help').open"), False)
    page.run("document.getElementById('single').click()")
    at = page.run(CURRENT)
    page.key("j")
    check("keys can be switched off", page.run(CURRENT), at)
    page.run("document.getElementById('single').click()")
    quiet(page, "one article")


def small(page, one):
    page.size(390, 844, mobile=True)
    page.open(one)
    check("a narrow page does not scroll sideways", page.run("document.documentElement.scrollWidth <= innerWidth"))
    page.run("document.getElementById('next').click()")
    box = page.run("(() => { const b = document.querySelector('.note[aria-current]').getBoundingClientRect(); return [b.left, b.right, b.top > 300, b.bottom <= innerHeight]; })()")
    check("what is said comes up from below", box, [0, 390, True, True])
    check("its place stays in sight", page.run("(() => { const n = document.querySelector('.note[aria-current]').getBoundingClientRect(); const m = document.querySelector('mark.now').getBoundingClientRect(); return m.top > 0 && m.bottom < n.top; })()"))
    page.run("document.getElementById('shut').click()")
    check("and goes away", page.run(CURRENT), None)
    quiet(page, "narrow")
    page.size(1440, 900)


def several(page, many):
    page.open(many)
    docs = page.run("document.querySelectorAll('.doc').length")
    check("one article is shown at a time", page.run(SHOWN), 1)
    page.run("document.querySelector('#articles a[href=\"#d3\"]').click()")
    time.sleep(0.1)
    check("the list leads to another", page.run("[...document.querySelectorAll('.doc')].find((d) => !d.hidden).id"), "d3")
    check("the list says where one is", page.run("document.querySelector('#articles [aria-current]').hash"), "#d3")
    count = page.run("document.querySelectorAll('#d3 .note').length")
    for _ in range(count + 1):
        page.key("j")
    check("keys go on to the next article", page.run(CURRENT), "f4-1")
    check("rules are those of the article", page.run("[...document.querySelectorAll('.rule')].filter((r) => !r.hidden).length === new Set([...document.querySelectorAll('#d4 .note')].map((n) => n.dataset.r)).size"))
    page.run("document.getElementById('every-link').click()")
    time.sleep(0.1)
    check("all can be shown", page.run(SHOWN), docs)
    quiet(page, "several articles")
    page.open(many + "#f2-3")
    check("an address leads to its finding", page.run(CURRENT), "f2-3")
    quiet(page, "an address")


def hostile(page, bad):
    page.open(bad)
    page.key("b")
    check("nothing of an article runs", page.run("typeof hacked"), "undefined")
    allowed = "mark|span|a|p|h3|ul|li|div|blockquote|pre"
    check("nothing of an article is markup", page.run(f"[...document.querySelectorAll('.text *')].filter((n) => !/^({allowed})$/i.test(n.tagName) || [...n.attributes].some((a) => a.name.startsWith('on'))).length"), 0)
    check("it is shown as text", page.run("document.querySelector('.text').textContent.includes('</script><script>hacked = 1</script>')"))
    check("what turns the writing direction is named", page.run("!/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.textContent) && document.body.textContent.includes('U+202E')"))
    quiet(page, "hostile text")
    inline = "(() => { try { const s = document.createElement('script'); s.textContent = 'hacked = 9'; document.body.append(s); } catch {} return typeof hacked; })()"
    check("the policy stops inline scripts", page.run(inline), "undefined")
    check("the policy stops handlers", page.run("(() => { try { const i = document.createElement('i'); i.setAttribute('onclick', 'hacked = 9'); i.click(); } catch {} return typeof hacked; })()"), "undefined")
    check("the policy stops markup in strings", page.run("(() => { try { document.createElement('p').innerHTML = '<b>x</b>'; return 'set'; } catch { return 'refused'; } })()"), "refused")
    check("the policy stops the network", page.run("fetch('https://example.invalid/').then(() => 'sent', () => 'refused')"), "refused")


def without_scripts(page, many):
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(many)
    check("without scripts all articles are there", page.run("[...document.querySelectorAll('.doc')].every((d) => d.getBoundingClientRect().height > 0)"))
    check("and no control that would do nothing", page.run("['bar', 'views', 'sift', 'theme', 'keys', 'filters'].every((id) => document.getElementById(id).offsetHeight === 0)"))
    check("places are underlined", page.run("getComputedStyle(document.querySelector('mark.major')).textDecorationLine"), "underline")
    broken = "[...document.querySelectorAll('a[href^=\"#\"]')].filter((a) => !document.getElementById(a.hash.slice(1))).map((a) => a.hash)"
    check("every link has its place", page.run(broken), [])
    page.call("Emulation.setScriptExecutionDisabled", value=False)


def accessible(page, axe, one, many):
    source = pathlib.Path(axe).read_text(encoding="utf-8")
    runs = [
        ("light", one, "light", None),
        ("dark", one, "dark", None),
        ("a finding", one, "light", "for (let i = 0; i < 3; i += 1) document.getElementById('next').click()"),
        ("marked", one, "light", "document.querySelector('[value=marked]').click()"),
        ("marked, dark", one, "dark", "document.querySelector('[value=marked]').click()"),
        ("side by side", one, "light", "document.querySelector('[value=split]').click()"),
        ("filter", many, "dark", "document.getElementById('sift').click()"),
        ("help", many, "light", "document.getElementById('keys').click()"),
        ("all articles", many, "light", "document.getElementById('every-link').click()"),
    ]
    for name, address, scheme, act in runs:
        page.scheme(scheme)
        page.open(address)
        if act:
            page.run(act)
        page.run(source + "; true")
        found = page.run("axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => v.id + ' ×' + v.nodes.length + ': ' + v.nodes[0].html.slice(0, 160) + ' ' + v.nodes[0].failureSummary.slice(0, 300)))")
        check(f"axe, {name}", found, [])
    page.scheme("light")


def shoot(page, folder, one, many):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    page.open(one)
    page.key("j")
    page.key("j")
    page.shoot(folder / "light.png")
    page.key("b")
    page.shoot(folder / "marked.png")
    page.scheme("dark")
    page.open(many)
    page.shoot(folder / "dark.png")
    page.scheme("light")


def main():
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/copydesk").resolve()
    browser = os.environ.get("CHROME") or next((p for p in map(shutil.which, BROWSERS) if p), None)
    if not browser:
        print("skipped: no Chromium here to read the HTML report with (CHROME names one)")
        return 0
    # Snap browsers see nothing of /tmp.
    with tempfile.TemporaryDirectory(dir=ROOT / "target", ignore_cleanup_errors=True) as folder:
        folder = pathlib.Path(folder)
        (folder / "bad.txt").write_text(HOSTILE, encoding="utf-8")
        pages = []
        for name, paths in (("one", ["fixtures/articles/seed.txt"]), ("many", ["fixtures/articles"]), ("bad", [folder / "bad.txt"])):
            report = folder / f"{name}.html"
            command = [binary, "check", "--isolated", "--exit-zero", "--output-format", f"html={report}", *paths]
            subprocess.run(command, cwd=ROOT, check=True)
            pages.append(report.as_uri())
        one, many, bad = pages
        page = Browser(browser, str(folder / "profile"))
        try:
            page.tab()
            page.size(1440, 900)
            page.scheme("light")
            one_article(page, one)
            several(page, many)
            small(page, one)
            hostile(page, bad)
            without_scripts(page, many)
            if os.environ.get("AXE"):
                accessible(page, os.environ["AXE"], one, many)
            if len(sys.argv) > 2:
                shoot(page, sys.argv[2], one, many)
        finally:
            page.end()
    print(f"{len(FAILED)} failed" if FAILED else "all passed")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
