#!/usr/bin/env python3
"""The reference of the C interface as HTML, made from the headers: tools/reference.py [ROOT [OUT]]

A page for every header: what it says at its top, the example for it from examples/groups.c (which a test
runs), then every declaration with its comment. OUT is docs/reference by default, which is not kept in
the tree. Rejected: Doxygen, which wants the comments in its own marks and makes three hundred files.
"""
import glob
import html
import os
import re
import sys

STYLE = """body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 system-ui, sans-serif;
  color: #1c2126; background: #fff }
pre, code { font: 0.9em/1.45 ui-monospace, Menlo, Consolas, monospace }
pre { background: #f6f7f8; padding: 0.7rem 0.9rem; border-radius: 6px; overflow-x: auto }
section { border-top: 1px solid #dfe2e6; margin-top: 2rem; padding-top: 0.5rem }
h2 { font-size: 1.1rem; margin: 0.6rem 0 } a { color: #005f96 } .text { white-space: pre-line }
dt { font-family: ui-monospace, monospace; margin-top: 0.5rem } dd { margin: 0 0 0 1.5rem }
@media (prefers-color-scheme: dark) { body { color: #e8eaed; background: #16191d } a { color: #7cc4f0 }
  pre { background: #1e2227 } section { border-color: #343a41 } }"""

COMMENT = re.compile(r"/\*\*(.*?)\*/\s*", re.S)
EXAMPLE = re.compile(r"^ */\* example: (\S+) \*/\n(.*?)^ */\* end \*/", re.S | re.M)


def plain(comment):
    """A comment's words without its stars."""
    lines = [re.sub(r"^\s*\* ?", "", line) for line in comment.strip().split("\n")]
    return "\n".join(lines).strip()


def declaration(text, at):
    """The declaration that begins at `at`: up to its semicolon or, of a function in the header, its
    opening brace."""
    depth = 0
    for i in range(at, len(text)):
        if text[i] == "{":
            if depth == 0 and text[at:i].rstrip().endswith(")"):
                return text[at:i].rstrip() + ";"
            depth += 1
        elif text[i] == "}":
            depth -= 1
        elif text[i] == ";" and depth == 0:
            return text[at:i + 1]
        elif text[at] == "#" and text[i] == "\n" and text[i - 1] != "\\":
            return text[at:i]
    return ""


def entries(text):
    """(name, declaration, comment) of everything that has a comment of its own, in order. What follows
    without one belongs to the comment before it."""
    found = []
    for match in COMMENT.finditer(text):
        code = declaration(text, match.end())
        names = re.findall(r"\b(gmix_\w+|GMIX_\w+)\s*\(", code.replace("GMIX_API", "")) or \
            re.findall(r"\b(gmix_\w+|GMIX_\w+)", code.replace("GMIX_API", ""))
        if code and names:
            name = names[-1] if code.startswith("typedef") else names[0]
            found.append((name, code.replace("GMIX_API ", ""), plain(match.group(1))))
    return found


def paragraphs(words):
    """Words as HTML: paragraphs; what is indented stays as it is; @param and @return as a list."""
    main, *tags = re.split(r"^@", words, flags=re.M)
    out = []
    for part in re.split(r"\n\s*\n", main.strip()):
        if part.startswith("  "):
            out.append(f"<pre>{html.escape(part)}</pre>")
        elif part:
            out.append(f"<p>{linked(html.escape(' '.join(part.split())))}</p>")
    if tags:
        out.append("<dl>")
        rest = ""
        for tag in tags:
            tag, _, rest = tag.partition("\n\n")
            kind, _, said = tag.partition(" ")
            name, _, said = said.strip().partition(" ") if kind == "param" else ("returns", "", said)
            said = linked(html.escape(" ".join(said.split())))
            out.append(f"<dt>{html.escape(name)}</dt><dd>{said}</dd>")
        out.append("</dl>")
        out += [f"<p>{linked(html.escape(' '.join(part.split())))}</p>"
                for part in rest.strip().split("\n\n") if part]
    return "\n".join(out)


PLACES = {}


def linked(text):
    """Names of functions and types as links to where they are described."""
    return re.sub(r"\b(gmix_\w+)", lambda m: f'<a href="{PLACES[m.group(1)]}#{m.group(1)}">'
                  f"{m.group(1)}</a>" if m.group(1) in PLACES else m.group(1), text)


def page(title, body):
    return (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n")


def header_page(name, text, example):
    top = COMMENT.search(text)
    parts = [f'<p><a href="index.html">gmix</a> / {name}</p><h1>{name}</h1>',
             paragraphs(plain(top.group(1)))]
    if example:
        lines = example.rstrip().split("\n")
        indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        code = "\n".join(line[indent:] for line in lines)
        parts.append(f"<h2>Example</h2><pre>{html.escape(code)}</pre>")
    for what, code, words in entries(text[top.end():]):
        parts.append(f'<section id="{what}"><h2><code>{what}</code></h2>'
                     f"<pre>{html.escape(code)}</pre>{paragraphs(words)}</section>")
    return page(name, "\n".join(parts))


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.join(root, "docs", "reference")
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(root, "examples", "groups.c"), encoding="utf-8") as text:
        examples = {m.group(1): m.group(2) for m in EXAMPLE.finditer(text.read())}
    headers = {}
    for path in sorted(glob.glob(os.path.join(root, "include", "gmix", "*.h"))):
        with open(path, encoding="utf-8") as text:
            headers[os.path.basename(path)] = text.read()
    for name, text in headers.items():
        for what, _, _ in entries(text[COMMENT.search(text).end():]):
            PLACES.setdefault(what, name.replace(".h", ".html"))
    bare = [name for name in headers if name != "gmix.h" and name not in examples]
    rows = []
    for name, text in headers.items():
        with open(os.path.join(out, name.replace(".h", ".html")), "w", encoding="utf-8") as to:
            to.write(header_page(name, text, examples.get(name)))
        first = plain(COMMENT.search(text).group(1)).split("\n\n")[0]
        rows.append(f'<dt><a href="{name.replace(".h", ".html")}">{name}</a></dt>'
                    f"<dd>{html.escape(' '.join(first.split()))}</dd>")
    with open(os.path.join(out, "index.html"), "w", encoding="utf-8") as to:
        to.write(page("gmix: the C interface", "<h1>gmix: the C interface</h1>\n<dl>"
                      + "\n".join(rows) + "</dl>"))
    print(f"{len(headers)} headers, {len(PLACES)} entries in {out}/index.html")
    if bare:
        print("without an example in examples/groups.c: " + ", ".join(bare))
    return 1 if bare else 0


if __name__ == "__main__":
    sys.exit(main())
