#!/usr/bin/env python3
"""Pictures by the command: `pictures.py GMIX ROOT`.

Every SVG is well-formed XML without scripts, handlers, references outside or text that lies
over other text or off the page, whatever the data and the names in them; the same input gives
the same bytes; a million rows make a file below a megabyte.
"""
import array
import fcntl
import json
import math
import os
import pty
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import xml.etree.ElementTree as tree

GMIX, ROOT = (os.path.abspath(a) for a in sys.argv[1:3])
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ['a "quoted" <script>alert(1)</script>', "it's & that]]>", "\N{GRINNING FACE} emoji",
           "very " * 40 + "long name", "-->", "\u202eright to left", "\u65e5\u672c\u8a9e"]
passed = failed = 0


def check(good, *about):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print("failed:", *about)


def gmix(*args, expect=0):
    run = subprocess.run([GMIX, *args], capture_output=True, check=False)
    check(run.returncode == expect, args, run.returncode, run.stderr.decode()[:300])
    return run


def write_csv(path, names, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(",".join('"' + n.replace('"', '""') + '"' for n in names) + "\n")
        out.writelines(",".join("" if x is None else repr(x) for x in row) + "\n" for row in rows)


def write_npy(path, values, rows, columns):
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}"
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    with open(path, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode())
        array.array("d", values).tofile(out)


def text_box(element):
    """Left, top, right, bottom of a text in a face of usual width."""
    x, y, size = (float(element.get(a)) for a in ("x", "y", "font-size"))
    length = len(element.text or "")
    width = size * length * (0.55 if length < 40 else 0.5)  # sentences have narrow letters
    start = {"start": 0, "middle": -width / 2, "end": -width}[element.get("text-anchor", "start")]
    if "rotate(-90" in element.get("transform", ""):
        return x - 0.7 * size, y - start - width, x, y - start
    return x + start, y - 0.7 * size, x + start + width, y


def check_texts(root, about):
    width, height = float(root.get("width")), float(root.get("height"))
    inside = {t for g in root.iter(SVG + "g") if "panel" in (g.get("class") or "").split()
              for t in g.iter(SVG + "text")}
    boxes = [(text_box(t), t.text) for t in root.iter(SVG + "text") if t not in inside]
    for box, text in boxes:
        check(box[0] >= -1 and box[1] >= -1 and box[2] <= width + 1 and box[3] <= height + 1,
              about, "off the page", text, box)
    for i, (a, one) in enumerate(boxes):
        for b, other in boxes[:i]:
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            check(apart, about, "overlap", repr(one), repr(other))


def check_svg(svg, about):
    try:
        root = tree.fromstring(svg)
    except tree.ParseError as error:
        check(False, about, "not XML:", error)
        return None
    for element in root.iter():
        tag = element.tag.replace(SVG, "")
        check(tag in {"svg", "title", "desc", "style", "g", "path", "rect", "circle", "ellipse",
                      "text", "clipPath"}, about, "element", tag)
        for name, value in element.attrib.items():
            check(not name.startswith("on") and "href" not in name, about, "attribute", name)
            check("url(" not in value or value.startswith("url(#"), about, "refers to", value)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    check(len(ids) == len(set(ids)), about, "ids repeat")
    check(root.get("role") == "img" and root.find(SVG + "title").text
          and root.find(SVG + "desc").text, about, "has no title or description")
    check(not re.search(rb"\b(nan|inf)\b", svg), about, "has no numbers")
    check_texts(root, about)
    return root


def picture(model, data, *args):
    about = (data and os.path.basename(data), *args)
    command = ["plot", model, *([data] if data else []), "-o", "-", *args]
    first = gmix(*command).stdout
    if not {"--theme", "--size"} & set(args):
        check(first == gmix(*command).stdout, about, "other bytes the second time")
    return first, check_svg(first, about)


def hostile_names():
    random.seed(1)
    rows = [[random.gauss(6 * (i % 3), 1) for _ in HOSTILE] for i in range(90)]
    write_csv("hostile.csv", HOSTILE, rows)
    gmix("fit", "hostile.csv", "-k", "3", "-q", "-o", "hostile.json")
    for kind in ("density", "scatter", "matrix", "projection", "uncertainty", "trace", "clusters"):
        for theme in ("light", "dark", "auto"):
            svg, _ = picture("hostile.json", "hostile.csv", "--kind", kind, "--theme", theme)
            check(b"<script" not in svg, kind, "is injected")
    for size in ("300x240", "600x450", "2000x1500"):
        picture("hostile.json", "hostile.csv", "--size", size)
    for kind in ("matrix", "projection"):
        tall(kind)
    picture("hostile.json", "hostile.csv", "--title", "<b>&\"'\x01\x7f", "--contours",
            "--kind", "scatter", "--uncertainty")
    classes = [f'"{HOSTILE[i % 3].replace(chr(34), chr(34) * 2)}"' for i in range(90)]
    with open("hostile.csv", encoding="utf-8") as text:
        lines = text.read().splitlines()
    with open("classes.csv", "w", encoding="utf-8") as out:
        out.writelines(f"{line},{c}\n" for line, c in zip(lines, ["class", *classes]))
    picture("hostile.json", "classes.csv", "--kind", "confusion", "--labels", "class")


def panels(root):
    """Left, top, width, height of every panel."""
    return [[float(g.get("data-" + a)) for a in ("left", "top", "width", "height")]
            for g in root.iter(SVG + "g") if g.get("class") == "panel"]


def tall(kind):
    """As wide as a phone: panels stand below each other, and each has the width."""
    _, root = picture("hostile.json", "hostile.csv", "--kind", kind, "--size", "360x1200")
    found = panels(root)
    check(len(found) > 1, kind, "panels:", len(found))
    for upper, lower in zip(found, found[1:]):
        check(upper[1] + upper[3] < lower[1], kind, "side by side", upper, lower)
    check(all(p[2] > 200 for p in found), kind, "narrow panels", found)


def neighbours():
    """Labels at the ends of axes that touch: one of them gives way."""
    random.seed(2)
    rows = [[random.gauss(0, 1) * scale for scale in (1, 400, 1, 400, 1)] for _ in range(200)]
    write_csv("ends.csv", list("abcde"), rows)
    gmix("fit", "ends.csv", "-k", "1", "-q", "-o", "ends.json")
    for size in ("500x480", "640x620", "760x740"):
        picture("ends.json", "ends.csv", "--kind", "matrix", "--size", size)


def doubt():
    """The rows in doubt are named, with what they lie between; lines out of sight have no entry."""
    data = os.path.join(ROOT, "data", "iris.csv")
    gmix("fit", data, "-k", "3", "-q", "-o", "three.json")
    svg, _ = picture("three.json", data, "--kind", "uncertainty")
    said = re.search(rb"In doubt: row (\d+) \((\d) or (\d)\)", svg)
    proba = gmix("predict", "three.json", data, "--proba").stdout.decode().splitlines()[1:]
    shares = [[float(p) for p in line.split(",")[1:]] for line in proba]
    least = min(range(len(shares)), key=lambda i: max(shares[i]))
    order = sorted(range(3), key=lambda k: -shares[least][k])
    check(said and [int(g) for g in said.groups()] == [least + 1, *order[:2]], svg[-2000:])
    gmix("fit", os.path.join(ROOT, "data", "faithful.csv"), "-k", "1-4", "-c", "all", "-q",
         "--search", "quick", "-o", "all.json")
    _, root = picture("all.json", None, "--kind", "selection")
    texts = [t.text for t in root.iter(SVG + "text")]
    check("EEE" in texts and "VII" not in texts and "EII" not in texts, texts)
    check(any("2 families with all their models" in t for t in texts), texts)


def awkward_data():
    for name, row in {"offset": lambda i: [1e9 + i % 7, -1e9 - i % 5],
                      "tiny": lambda i: [1e-12 * (i % 7), 1e-9 * (i % 5) ** 2],
                      "huge": lambda i: [1e100 * (i % 7), -1e90 * (i % 5)],
                      "missing": lambda i: [i % 7 if i % 3 else None, i % 5 if i % 4 else None],
                      "outlier": lambda i: [1e6 if i == 3 else i % 7, i % 5]}.items():
        write_csv(f"{name}.csv", ["first", "second"], [row(i) for i in range(60)])
        run = subprocess.run([GMIX, "fit", f"{name}.csv", "-k", "2", "-q", "-o", "awkward.json"],
                             check=False)
        check(run.returncode == 0, name, "is not fitted")
        for kind in ("density", "scatter", "matrix", "projection", "uncertainty"):
            picture("awkward.json", f"{name}.csv", "--kind", kind)
    write_csv("single.csv", ["first", "second"], [[1.5, 2.5]])
    picture("awkward.json", "single.csv")
    write_csv("wide.csv", [f"f{j}" for j in range(200)],
              [[math.sin(i * (j + 1)) for j in range(200)] for i in range(300)])
    gmix("fit", "wide.csv", "-k", "2", "-c", "diag", "-q", "-o", "wide.json")
    for kind in ("auto", "matrix", "density", "scatter"):
        picture("wide.json", "wide.csv", "--kind", kind)
    picture("wide.json", None)


def million_rows():
    rows = 1000000
    random.seed(2)
    noise = [random.gauss(0, 1) for _ in range(50000)]
    values = (noise[(7 * i + i // 50000) % 50000] + 6 * (i // 2 % 3) for i in range(2 * rows))
    write_npy("million.npy", values, rows, 2)
    gmix("fit", "million.npy", "-k", "3", "-q", "--max-iter", "5", "--restarts", "1", "-o",
         "million.json")
    for kind in ("scatter", "density"):
        svg = gmix("plot", "million.json", "million.npy", "--kind", kind, "-o", "-").stdout
        check(check_svg(svg, ("million", kind)) is not None and len(svg) < 1000000, kind,
              "has bytes:", len(svg))


# How people see colours whose red, green or blue cones are missing: Machado, Oliveira & Fernandes
# (2009), doi:10.1109/TVCG.2009.113, severity 1; linear RGB.
VISIONS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900))}


def linear(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def luminance(rgb):
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def cielab(rgb):
    r, g, b = rgb
    xyz = ((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047, luminance(rgb),
           (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def colours():
    """Twelve components differ for every reader, and stand out from the paper."""
    write_csv("twelve.csv", ["x", "y"], [[i // 9 + i % 3 / 9, i // 9 * (-1) ** (i // 9) + i % 9 / 50]
                                         for i in range(108)])
    gmix("fit", "twelve.csv", "-k", "12", "-q", "-c", "spherical", "-o", "twelve.json")
    for theme in ("light", "dark"):
        for size in "300x240", "400x150", "240x600":
            for kind in "scatter", "matrix", "density", "projection":
                picture("twelve.json", "twelve.csv", "--size", size, "--kind", kind)
        _, root = picture("twelve.json", "twelve.csv", "--theme", theme)
        paper = next(g for g in root.iter(SVG + "g") if g.get("class") == "paper").get("fill")
        inks = [g.find(SVG + "g").get("fill") for g in root.iter(SVG + "g")
                if (g.get("class") or "") == "component legend"]
        check(len(inks) == 12 and len(set(inks)) == 12, theme, inks)
        for ink in inks:
            low, high = sorted(luminance(linear(c)) for c in (ink, paper))
            check((high + 0.05) / (low + 0.05) >= 3, theme, ink, "is too near the paper")
        for vision, rows in VISIONS.items():
            seen = [cielab([min(1, max(0, sum(m * c for m, c in zip(row, linear(ink)))))
                            for row in rows]) for ink in inks]
            for i, one in enumerate(seen):
                for j, other in enumerate(seen[:i]):
                    check(math.dist(one, other) >= (20 if i < 7 else 19), theme, vision, inks[i], inks[j],
                          math.dist(one, other))


def selection():
    """The criterion where it should be, the best model ringed, families by their best."""
    data = os.path.join(ROOT, "data", "faithful.csv")
    gmix("fit", data, "-k", "2", "-q", "-o", "chosen.json")
    with open("chosen.json", encoding="utf-8") as text:
        model = json.load(text)
    bic = {"full": [2500.5, 2300.25, 2310, 2330], "EEE": [2600, None, 2299, 2305]}
    model["fit"]["criterion"] = "bic"
    model["fit"]["candidates"] = [
        {"components": k + 1, "covariance": {"EEE": "tied"}.get(family, family),
         "status": "ok" if value else "singular", "n_parameters": 5, "bic": value,
         "log_likelihood": value and -value, "icl": value, "aic": value, "aicc": value}
        for family, values in bic.items() for k, value in enumerate(values)]
    with open("chosen.json", "w", encoding="utf-8") as text:
        json.dump(model, text)
    for criterion in (), ("--criterion", "icl"), ("--criterion", "none"):
        _, root = picture("chosen.json", None, "--kind", "selection", *criterion)
    _, root = picture("chosen.json", None, "--kind", "selection")
    panel = next(g for g in root.iter(SVG + "g") if g.get("class") == "panel")
    left, top, width, height, *ends = (float(panel.get("data-" + a)) for a in (
        "left", "top", "width", "height", "x-min", "x-max", "y-min", "y-max"))
    ring = next(g for g in panel if g.get("class") == "best").find(SVG + "circle")
    k = ends[0] + (float(ring.get("cx")) - left) / width * (ends[1] - ends[0])
    value = ends[3] - (float(ring.get("cy")) - top) / height * (ends[3] - ends[2])
    check(abs(k - 3) < 0.01 and abs(value - 2299) < 0.5, "the ring is at", k, value)
    marks = [g for g in panel if g.get("class") == "candidate"]
    check(len(marks) == 7, "candidates:", len(marks))
    texts = [t.text for t in root.iter(SVG + "text")]
    check(texts.index("EEE") < texts.index("VVV"), texts)
    check(any("1 model without a sound solution" in t for t in texts), texts)


def on_terminal(columns, args, **variables):
    """What a fit prints on a terminal of that width."""
    main_end, other_end = pty.openpty()
    fcntl.ioctl(other_end, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    environment = {**os.environ, "NO_COLOR": "", "TERM": "xterm", "LC_ALL": "C.UTF-8", **variables}
    with subprocess.Popen([GMIX, "fit", *args], stdout=other_end, env=environment) as run:
        os.close(other_end)
        text = b""
        try:
            while part := os.read(main_end, 65536):
                text += part
        except OSError:  # the other end was closed
            pass
        check(run.wait() == 0, args, run.returncode)
    os.close(main_end)
    return text.decode().replace("\r\n", "\n")


def terminal():
    """The small picture: as wide as the terminal, colours and Braille only where wanted."""
    data = os.path.join(ROOT, "data")
    for name, k in ("galaxies", 3), ("faithful", 2), ("iris", 3):
        args = os.path.join(data, name + ".csv"), "-k", str(k)
        for columns in 40, 80, 200:
            plain = on_terminal(columns, args, NO_COLOR="1")
            picture_lines = plain.split("\n\n")[-1].splitlines()
            check(len(picture_lines) >= 10, name, columns, "has no picture")
            check(all(len(line) <= columns for line in picture_lines), name, columns, "too wide")
            check("\x1b" not in plain and any(ord(c) > 0x2500 for c in plain), name, "plain")
        check("\x1b[3" in on_terminal(80, args), name, "has no colours")
        check("\x1b" not in on_terminal(80, args, TERM="dumb"), name, "dumb terminal")
        ascii_lines = on_terminal(80, args, LC_ALL="C", NO_COLOR="1").split("\n\n")[-1]
        check(ascii_lines.isascii() and len(ascii_lines.splitlines()) >= 10, name, "ASCII")
        without = on_terminal(80, (*args, "--no-plot"))
        check(without.count("\n") < plain.count("\n") - 8, name, "--no-plot")
        check(gmix("fit", *args).stdout.decode().count("\n") == without.count("\n"), name,
              "draws in a pipe")


def binary_files():
    """PNG and PDF, where there is a Cairo."""
    data = os.path.join(ROOT, "data", "iris.csv")
    gmix("fit", data, "-k", "3", "-q", "-o", "iris.json")
    probe = subprocess.run([GMIX, "plot", "iris.json", data, "-o", "probe.png"],
                           capture_output=True, check=False)
    if probe.returncode:
        check(b"cairo" in probe.stderr.lower() and not os.path.exists("probe.png"), probe.stderr)
        return
    for kind in ("auto", "density", "scatter", "projection", "trace", "uncertainty", "clusters"):
        for theme in ("light", "dark"):
            gmix("plot", "iris.json", data, "--kind", kind, "--theme", theme, "-o", "a.png")
            with open("a.png", "rb") as png:
                head = png.read(24)
            check(head[:8] == b"\x89PNG\r\n\x1a\n", kind, "is no PNG")
            check(int.from_bytes(head[16:20], "big") >= 1240, kind, "is too small")
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False) \
        if shutil.which("fc-list") else None
    if fonts and fonts.stdout:  # a box for both where their font was not looked for
        for title in "男女":
            gmix("plot", "iris.json", data, "--title", title, "-o", f"{title}.png")
        with open("男.png", "rb") as one, open("女.png", "rb") as other:
            check(one.read() != other.read(), "characters are boxes")
    for name in ("hostile", "iris"):
        table = data if name == "iris" else "hostile.csv"
        gmix("plot", f"{name}.json", table, "-o", f"{name}.pdf")
        with open(f"{name}.pdf", "rb") as pdf:
            check(pdf.read(5) == b"%PDF-", name, "is no PDF")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        hostile_names()
        awkward_data()
        colours()
        selection()
        neighbours()
        doubt()
        terminal()
        binary_files()
        million_rows()
        os.chdir(ROOT)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
