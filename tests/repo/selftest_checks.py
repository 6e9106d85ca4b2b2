#!/usr/bin/env python3
"""Every rule of the tree can fail: a bad sample for each, and a good one that passes."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_headers  # noqa: E402
import check_tree  # noqa: E402
import symbols  # noqa: E402


def broken(check, tree):
    """What the check says of a tree given as {path: text}."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as out:
                out.write(text)
        return list(check(root))


class Rules(unittest.TestCase):
    def fails(self, check, tree, part):
        found = broken(check, tree)
        self.assertTrue(any(part in message for message in found), found)

    def passes(self, check, tree):
        self.assertEqual(broken(check, tree), [])

    def test_arrows(self):
        check = check_tree.check_arrows
        self.fails(check, {"src/base/a.c": '#include "em/em.h"\n'}, "base must not include")
        self.fails(check, {"src/kernels/a.c": '#include "linalg/l.h"\n'}, "must not include")
        self.fails(check, {"src/init/a.c": '#include "em/em.h"\n'}, "must not include")
        self.fails(check, {"src/files/a.c": ' # include "report/r.h"\n'}, "must not include")
        self.fails(check, {"src/page/a.c": '#include "infer/apply.h"\n'}, "must not include")
        self.fails(check, {"src/em/a.c": '#include "files/bytes.h"\n'}, "must not include")
        self.fails(check, {"src/utils/a.c": ""}, "not in one of the folders")
        self.fails(check, {"src/em/a.c": '#include "tools/x.h"\n'}, "in no folder of src")
        self.passes(check, {"src/page/a.c": '#include "plot/p.h"\n#include "text/t.h"\n'})
        self.passes(check, {"src/em/a.c": '#include "init/i.h"\n#include "em.h"\n'
                                          '#include "base/base.h"\n#include <stdio.h>\n'})

    def test_edges(self):
        check = check_tree.check_edges
        self.fails(check, {"cli/main.c": '#include "base/base.h"\n'}, "only <gmix/...>")
        self.fails(check, {"cli/main.c": '#include "../src/base/base.h"\n'}, "only <gmix")
        self.fails(check, {"examples/a.cpp": "#include <gmix/fit.h>\n"}, "is the door")
        self.passes(check, {"cli/main.c": '#include "own.h"\n#include <gmix/gmix.h>\n',
                            "cli/own.h": "", "tests/api/a.c": '#include "check.h"\n'})

    def test_blas(self):
        check = check_tree.check_blas
        self.fails(check, {"src/em/a.c": "    cblas_dgemm(x);\n"}, "cblas_dgemm")
        self.fails(check, {"src/em/a.c": "    dpotrf_(x);\n"}, "dpotrf_")
        self.fails(check, {"cli/a.c": "#include <cblas.h>\n"}, "cblas.h")
        self.fails(check, {"src/linalg/a.c": "cblas_dgemm(x);\n"}, "cblas_dgemm")
        self.passes(check, {"cli/gemm_rate.c": "cblas_dgemm(x);\n", "src/em/a.c": "dot(x);\n"})

    def test_names(self):
        check = check_tree.check_names
        self.fails(check, {"src/em/a.c": "", "tests/laws/a.c": ""}, "same name")
        self.passes(check, {"src/em/a.c": "", "tests/laws/b.c": ""})

    def test_lists(self):
        check = check_tree.check_lists
        self.fails(check, {"cli/a.c": 'char *c[] = {"bic", "aicc"};\n'}, 'types "aicc"')
        self.passes(check, {"cli/a.c": 'use("bic");\n', "src/em/a.c": '"aicc"\n'})

    def test_meanings(self):
        check = check_tree.check_meanings
        rows = "typedef struct gmix_i_rows {\n    int n;\n} gmix_i_rows;\n"
        self.fails(check, {"src/data/a.h": rows, "src/page/b.h": "gmix_table gmix_i_rows(int n);\n"},
                   "gmix_i_rows is a function; it is a type")
        self.fails(check, {"src/data/a.h": "static inline int gmix_i_cell(int a) {\n}\n",
                           "src/page/b.h": "double gmix_i_cell(const char *a);\n"}, "it is inline")
        self.passes(check, {"src/data/a.h": rows + "int gmix_i_cell(int a);\n",
                            "src/page/b.h": "typedef struct gmix_i_rows gmix_i_lines;\n"
                                            "int gmix_i_other(gmix_i_rows *a);\n"})

    def test_sizes(self):
        check = check_tree.check_sizes
        long_body = "    x();\n" * 60
        self.fails(check, {"src/em/a.c": f"int f(int a) {{\n{long_body}}}\n"}, "f has 62 lines")
        self.fails(check, {"src/em/a.c": f"static int *f(int a,\n      int b)\n{{\n{long_body}}}\n"},
                   "f has 64 lines")
        self.fails(check, {"src/em/a.c": "\n" * 501}, "500 at most")
        self.fails(check, {"include/gmix/a.h": "\n" * 251}, "250 at most")
        self.passes(check, {"src/em/a.c": "static const int a[] = {\n" + "    1,\n" * 80 + "};\n"
                            "int f(void);\nstruct s {\n" + "    int a;\n" * 80 + "};\n"
                            "int f(void) {\n    return 1;\n}\n"})

    def test_headers(self):
        check = check_headers.check_headers
        self.fails(check, {"include/gmix/a.h": "size_t f(void);\n"}, "alone as c17")
        self.fails(check, {"include/gmix/a.h": "int f(int class);\n"}, "alone as c++17")
        self.fails(check, {"include/gmix/a.h": "typedef struct s { int a; } s;\n"}, "alone")
        self.passes(check, {"include/gmix/a.h": "#ifndef A\n#define A\nint f(void);\n#endif\n"})

    def test_symbols(self):
        same = {"gmix_fit"}
        self.assertEqual(list(symbols.compare(same, same, same)), [])
        self.assertTrue(list(symbols.compare(same, same, set())))
        self.assertTrue(list(symbols.compare(same, set(), same)))
        self.assertTrue(list(symbols.compare(same, same, same | {"gmix_i_fail"})))
        self.assertTrue(list(symbols.compare({"f"}, {"f"}, {"f"})))
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "include", "gmix"))
            with open(os.path.join(root, "include", "gmix", "a.h"), "w", encoding="utf-8") as out:
                out.write("GMIX_API const char *\ngmix_text(int\n a);\nvoid gmix_hidden(void);\n")
            self.assertEqual(symbols.declared(root, "gmix"), {"gmix_text"})
            self.assertEqual(symbols.declared(root, "gmix-files"), set())


if __name__ == "__main__":
    unittest.main()
