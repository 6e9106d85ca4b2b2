"""Makes C out of the page's style sheet and script: `embed.py CSS JS OUT.c`.

Both are embedded without the lines and line ends of their comments that open and close a
file's head, byte for byte otherwise. The security policy of a page names its script by the
SHA-256 of the bytes between <script> and </script>, which is the string itself.
"""

import base64
import hashlib
import re
import sys

# The opening comment says things to those who work on the file.
HEAD = re.compile(r"\A/\*.*?\*/\n", re.S)


def read(path):
    with open(path, encoding="utf-8") as source:
        return HEAD.sub("", source.read())


def as_c(name, text):
    if "</" in text:
        sys.exit("%s: '</' would end the element that it stands in" % name)
    data = text.encode()
    rows = [", ".join("%d" % byte for byte in data[at:at + 24])
            for at in range(0, len(data), 24)]
    return "const char %s[] = {\n    %s, 0};\n" % (name, ",\n    ".join(rows))


def signed(text):
    """C's char may be signed: only ASCII is safe as a number."""
    return all(ord(c) < 128 for c in text)


def main():
    css, script = (read(path) for path in sys.argv[1:3])
    for path, text in zip(sys.argv[1:3], (css, script)):
        if not signed(text):
            sys.exit("%s: ASCII only; write \\u2019 or \\2019" % path)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        out.write('#include "page/assets.h"\n\n')
        out.write(as_c("gmix_i_page_css", css) + "\n" + as_c("gmix_i_page_js", script) + "\n")
        out.write('const char gmix_i_page_js_sha256[] = "%s";\n' % digest)


if __name__ == "__main__":
    main()
