/*
 * The page as PDF. What is said is said once: the page's own text is read again and set on paper,
 * so that the two cannot differ; pictures are drawn anew, by Cairo. Rejected: a browser that prints,
 * which few machines without a screen have; a second account of the fit in other calls.
 */
#include <stdio.h>
#include <string.h>

#include "base/structs.h"
#include "page/print.h"

/* Parts of the page that paper has no use for, by how their tags begin, and what ends them. */
static const struct left_out {
    const char *begin, *end;
} left_out[] = {
    {"<head>", "</head>"},
    {"<header>", "</header>"},
    {"<script", "</script>"},
    {"<a class=\"skip\"", "</a>"},
    {"<div class=\"switches\"", "</div>"},
    {"<div id=\"tip\"", "</div>"},
    {"<caption", "</caption>"},
    {"<!DOCTYPE", ">"},
};

static const struct entity {
    const char *name, *text;
} entities[] = {{"&amp;", "&"},   {"&lt;", "<"},  {"&gt;", ">"},
                {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", "\xC2\xA0"}};

/* Behind what is left out, or `at` itself. */
static const char *behind(const char *at) {
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        if (strncmp(at, left_out[i].begin, strlen(left_out[i].begin)) == 0) {
            const char *const end = strstr(at, left_out[i].end);
            return end ? end + strlen(left_out[i].end) : at + strlen(at);
        }
    }
    return at;
}

/* One character, or what an entity stands for, behind the words; how many bytes it was. */
static size_t take_character(gmix_i_printer *p, const char *at) {
    for (size_t i = 0; *at == '&' && i < sizeof entities / sizeof *entities; i++) {
        const size_t length = strlen(entities[i].name);
        if (strncmp(at, entities[i].name, length) == 0) {
            const size_t n = strlen(entities[i].text);
            memcpy(p->texts + p->used, entities[i].text, n);
            p->used += n;
            return length;
        }
    }
    p->texts[p->used++] = *at;
    return 1;
}

static void add_word(gmix_i_printer *p, size_t at) {
    gmix_i_flow *const f = &p->flow;
    p->texts[p->used++] = '\0';
    if (f->status == GMIX_OK) {
        f->status = gmix_i_grow(f->ctx, "words", &f->words, &f->word_capacity,
                                f->n_words + 1, sizeof *f->words);
    }
    if (f->status == GMIX_OK) {
        f->words[f->n_words++] = (gmix_i_word){
            .text = p->texts + at, .space = p->gap, .bold = p->bold > 0, .dot = p->dot};
    }
    p->gap = false;
    p->dot = GMIX_I_INK_NONE;
}

void gmix_i_print_text(gmix_i_printer *p, const char *text, const char *end) {
    while (text < end) {
        const size_t at = p->used;
        while (text < end && *text != ' ' && *text != '\n') {
            text += take_character(p, text);
        }
        if (p->used > at) {
            add_word(p, at);
        }
        while (text < end && (*text == ' ' || *text == '\n')) {
            p->gap = true;
            text++;
        }
    }
}

/* From the beginning of the page to its end. */
static void print_all(gmix_i_printer *p, const char *at) {
    while (*at && p->flow.status == GMIX_OK) {
        const char *const next = *at == '<' ? behind(at) : at;
        if (next > at) {
            at = next;
            continue;
        }
        if (*at == '<') {
            const char *const end = strchr(at, '>');
            if (!end) {
                return;
            }
            gmix_i_print_tag(p, at + 1, end);
            at = end + 1;
        } else {
            const char *const end = at + strcspn(at, "<");
            gmix_i_print_text(p, at, end);
            at = end;
        }
    }
    gmix_i_flow_foot(&p->flow);
}

/* "gmix, report on data.csv": at the foot of every page, and as the title. */
static void name_footer(const gmix_i_sheet *sheet, char *out, size_t size) {
    const char *const path = sheet->opts->data_file;
    const char *const slash = path ? strrchr(path, '/') : NULL;
    const char *const name = slash ? slash + 1 : path;
    snprintf(out, size, "gmix: %zu component%s in %s", sheet->facts.k,
             gmix_i_s(sheet->facts.k), name && name[0] ? name : "the data");
}

gmix_status gmix_i_sheet_print(gmix_i_sheet *sheet, const char *html, char **bytes,
                               size_t *n_bytes) {
    gmix_status status = GMIX_OK;
    char title[256];
    gmix_i_printer p = {.sheet = sheet,
                        .dot = GMIX_I_INK_NONE,
                        .card = GMIX_I_INK_NONE,
                        .picture = SIZE_MAX,
                        .flow = {.ctx = sheet->ctx, .y = GMIX_I_MARGIN, .page = 1}};
    name_footer(sheet, title, sizeof title);
    p.flow.footer = title;
    /* every word is followed by a blank or a tag, whose place its zero takes; bullets are extra */
    GMIX_TRY(gmix_i_calloc(sheet->ctx, "the page", strlen(html) + 1024, 1, &p.texts));
    GMIX_TRY(gmix_i_paper_open(sheet->ctx, GMIX_I_PAGE_WIDTH, GMIX_I_PAGE_HEIGHT, title,
                               &p.flow.paper));
    print_all(&p, html);
    GMIX_TRY(p.flow.status);
    GMIX_TRY(gmix_i_paper_take(p.flow.paper, bytes, n_bytes));
done:
    gmix_i_paper_close(sheet->ctx, &p.flow.paper);
    gmix_i_free(sheet->ctx, p.flow.words);
    gmix_i_free(sheet->ctx, p.table.rows);
    gmix_i_free(sheet->ctx, p.table.cells);
    gmix_i_free(sheet->ctx, p.texts);
    return status;
}
