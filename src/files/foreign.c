/*
 * Spreadsheets, files of other programs and of the web, by their first bytes: each with the one
 * command that makes a CSV file of it. See foreign.h.
 */
#include "files/foreign.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { NAME_SIZE = 200, TEXT_PEEK = 4096 };

#define LIBREOFFICE "libreoffice --headless --convert-to csv %s"
#define PANDAS(reader) \
    "python3 -c \"import pandas; pandas." reader "('%s').to_csv('%s', index=False)\""
#define R_TABLE(expression) \
    "Rscript -e \"write.csv(" expression ", '%s', row.names = FALSE)\""
#define MAGIC(text) text, sizeof(text) - 1

/* The command has two places, for the file's name and for the new one's; the first alone if
 * there is one. */
static const struct {
    const char *magic;
    size_t length;
    const char *what, *command;
} FOREIGN[] = {
    {MAGIC("\xff\xfe"), "UTF-16 text", "iconv -f UTF-16 -t UTF-8 %s > %s"},
    {MAGIC("\xfe\xff"), "UTF-16 text", "iconv -f UTF-16 -t UTF-8 %s > %s"},
    {MAGIC("\xd0\xcf\x11\xe0"), "an Excel workbook (.xls)", LIBREOFFICE},
    {MAGIC("ARROW1"), "an Arrow (Feather) file", PANDAS("read_feather")},
    {MAGIC("FEA1"), "a Feather file", PANDAS("read_feather")},
    {MAGIC("ORC"), "an ORC file", PANDAS("read_orc")},
    {MAGIC("$FL2"), "an SPSS file (.sav)", PANDAS("read_spss")},
    {MAGIC("$FL3"), "an SPSS file (.zsav)", PANDAS("read_spss")},
    {MAGIC("<stata_dta>"), "a Stata file (.dta)", PANDAS("read_stata")},
    {MAGIC("\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60"), "a SAS file (.sas7bdat)",
     PANDAS("read_sas")},
    {MAGIC("X\n\0\0\0"), "an R object (.rds)", R_TABLE("readRDS('%s')")},
    {MAGIC("RDX2\n"), "an R workspace (.RData)", R_TABLE("get(load('%s')[1])")},
    {MAGIC("RDX3\n"), "an R workspace (.RData)", R_TABLE("get(load('%s')[1])")},
    {MAGIC("MATLAB 5.0"), "a MATLAB file (.mat)", NULL},
    {MAGIC("SQLite format 3"), "an SQLite database",
     "sqlite3 -header -csv %s 'SELECT * FROM TABLE' > %s"},
    {MAGIC("%PDF-"), "a PDF document", NULL},
    {MAGIC("\x80\x04"), "a Python pickle", PANDAS("read_pickle")},
    {MAGIC("\x80\x05"), "a Python pickle", PANDAS("read_pickle")},
    {MAGIC("\xfd"
           "7zXZ"),
     "compressed with xz", "xz -dc %s > %s"},
};

static bool holds(const struct gmix_i_bytes *bytes, const char *text) {
    const size_t n = strlen(text);
    const size_t end = bytes->n < TEXT_PEEK ? bytes->n : TEXT_PEEK;
    for (size_t i = 0; i + n <= end; i++) {
        if (memcmp(bytes->data + i, text, n) == 0) {
            return true;
        }
    }
    return false;
}

/* Would the shell, Python and R take the name as it stands? */
static bool is_plain_name(const char *name) {
    for (const char *c = name; *c; c++) {
        const bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                           (*c >= '0' && *c <= '9') || strchr("._-/+", *c);
        if (!plain) {
            return false;
        }
    }
    return name[0] != '-' && strlen(name) + 5 < NAME_SIZE;
}

/* The name with .csv in place of its ending. */
static void csv_name(const char *name, char out[NAME_SIZE]) {
    const char *const dot = strrchr(name, '.'), *const slash = strrchr(name, '/');
    const bool ending = dot && dot > name && (!slash || dot > slash + 1);
    const int length = (int)(ending ? dot - name : (ptrdiff_t)strlen(name));
    snprintf(out, NAME_SIZE, "%.*s.csv", length, name);
    if (length > 4 && strncmp(name + length - 4, ".csv", 4) == 0) {
        snprintf(out, NAME_SIZE, "%.*s", length, name); /* data.csv.bz2 */
    }
    if (strcmp(out, name) == 0) {
        snprintf(out, NAME_SIZE, "%.*s-utf8.csv", length, name);
    }
}

static gmix_status refuse(gmix_ctx *ctx, const struct gmix_i_bytes *bytes,
                          const char *what, const char *command) {
    char line[3 * NAME_SIZE], to[NAME_SIZE];
    const char *const from = is_plain_name(bytes->name) ? bytes->name : "FILE";
    csv_name(from, to);
    if (!command) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s is %s, no table; save the table as CSV or NPY",
                           bytes->name, what);
    }
    const char *const rest = strstr(command, "%s") + 2; /* each place by itself */
    const char *const second = strstr(rest, "%s");
    size_t at = (size_t)snprintf(line, sizeof line, "%.*s%s", (int)(rest - 2 - command),
                                 command, from);
    if (second) {
        at += (size_t)snprintf(line + at, sizeof line - at, "%.*s%s",
                               (int)(second - rest), rest, to);
    }
    snprintf(line + at, sizeof line - at, "%s", second ? second + 2 : rest);
    return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                       "%s is %s, which is not read; make CSV of it: %s", bytes->name,
                       what, line);
}

/* What is in a zip archive, by its first entries' names. */
static gmix_status check_zip(gmix_ctx *ctx, const struct gmix_i_bytes *bytes) {
    if (holds(bytes, "opendocument.spreadsheet")) {
        return refuse(ctx, bytes, "an OpenDocument spreadsheet (.ods)", LIBREOFFICE);
    }
    if (holds(bytes, "[Content_Types].xml") || holds(bytes, "xl/")) {
        return refuse(ctx, bytes, "an Excel workbook (.xlsx)", LIBREOFFICE);
    }
    if (holds(bytes, ".npy")) {
        return refuse(ctx, bytes, "a NumPy archive (.npz)",
                      "python3 -c \"import numpy; x = numpy.load('%s'); "
                      "numpy.savetxt('%s', x[x.files[0]], delimiter=',')\"");
    }
    return gmix_i_fail(ctx, GMIX_ERR_PARSE, "%s is a zip archive; unpack it: unzip %s",
                       bytes->name, is_plain_name(bytes->name) ? bytes->name : "FILE");
}

/* Text that is no table: JSON and markup. */
static gmix_status check_markup(gmix_ctx *ctx, const struct gmix_i_bytes *bytes) {
    const char *p = bytes->data, *const end = p + bytes->n;
    p += bytes->n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (p < end && strchr(" \t\r\n", *p) && *p) {
        p++;
    }
    const char first = p < end ? *p++ : '\0';
    const char *const word = p;
    while (p < end && strchr(" \t\r\n", *p) && *p) {
        p++;
    }
    const char second = p < end ? *p : '\0';
    if (first == '{' && (second == '"' || second == '}')) {
        if (holds(bytes, "gmix-model")) {
            return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                               "%s is a model, not a table: gmix show prints it",
                               bytes->name);
        }
        return refuse(ctx, bytes, "JSON", PANDAS("read_json"));
    }
    if (first == '[' && second && strchr("[{\"-0123456789]", second)) {
        return refuse(ctx, bytes, "JSON", PANDAS("read_json"));
    }
    if (first == '<' && end - word > 13 &&
        (strncasecmp(word, "!DOCTYPE html", 13) == 0 ||
         strncasecmp(word, "html", 4) == 0 || strncasecmp(word, "table", 5) == 0)) {
        return refuse(
            ctx, bytes, "an HTML page",
            "python3 -c \"import pandas; pandas.read_html('%s')[0].to_csv('%s', "
            "index=False)\"");
    }
    return first == '<' && end - word > 4 && strncmp(word, "?xml", 4) == 0
               ? refuse(ctx, bytes, "XML", PANDAS("read_xml"))
               : GMIX_OK;
}

/* Magic of letters may be the name of a column: then there are no bytes in the file that text
 * has not. */
static bool is_binary(const struct gmix_i_bytes *bytes) {
    const size_t n = bytes->n < TEXT_PEEK ? bytes->n : TEXT_PEEK;
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)bytes->data[i];
        if (c < 9 || (c > 13 && c < 32)) {
            return true;
        }
    }
    return false;
}

gmix_status gmix_i_foreign_check(gmix_ctx *ctx, const struct gmix_i_bytes *bytes) {
    const bool binary = is_binary(bytes);
    for (size_t i = 0; i < sizeof FOREIGN / sizeof FOREIGN[0]; i++) {
        const char first = FOREIGN[i].magic[0];
        const bool letters = (first >= 'A' && first <= 'Z') || first == '$';
        if ((binary || !letters) && bytes->n >= FOREIGN[i].length &&
            memcmp(bytes->data, FOREIGN[i].magic, FOREIGN[i].length) == 0) {
            return refuse(ctx, bytes, FOREIGN[i].what, FOREIGN[i].command);
        }
    }
    if (bytes->n >= 10 && memcmp(bytes->data, "BZh", 3) == 0 &&
        memcmp(bytes->data + 4, "1AY&SY", 6) == 0) {
        return refuse(ctx, bytes, "compressed with bzip2", "bzip2 -dc %s > %s");
    }
    if (bytes->n >= 4 && memcmp(bytes->data, "PK\x03\x04", 4) == 0) {
        return check_zip(ctx, bytes);
    }
    const size_t n = bytes->n < TEXT_PEEK ? bytes->n : TEXT_PEEK;
    const char *const zero = memchr(bytes->data, '\0', n);
    if (zero) {
        return gmix_i_fail(ctx, GMIX_ERR_PARSE,
                           "%s is no text: byte %zu is zero (binary, or UTF-16: save it "
                           "as CSV in UTF-8, or as NPY)",
                           bytes->name, (size_t)(zero - bytes->data));
    }
    return check_markup(ctx, bytes);
}
