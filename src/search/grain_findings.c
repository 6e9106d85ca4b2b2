/*
 * A feature is coarse if its step is more than half its standard deviation: some seven values at
 * most. A component rests on a value if its mean is no further from it than half a step, and its
 * width is what the step allows (data/resolution.c) or little more.
 */
#include "search/grain_findings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/resolution.h"
#include "record/record.h"

static const double COARSE = 0.5;  /* steps in a standard deviation */
static const double LITTLE = 1.21; /* of the least variance */

enum { NAMED = 4, ROOM = 640 };

/* "column 3 'height'" becomes part of a list: "'height' and 'age'", or numbers. */
static void add_name(const gmix_i_input *in, size_t j, size_t at, size_t n, char *text) {
    char label[96];
    const size_t used = strlen(text);
    const char *const before = at == 0 ? "" : at + 1 == n ? " and " : ", ";
    if (in->names) {
        snprintf(label, sizeof label, "'%.60s'", in->names[j]);
    } else {
        snprintf(label, sizeof label, "%zu", j);
    }
    snprintf(text + used, ROOM - used, "%s%s", before, label);
}

static bool is_coarse(const gmix_i_survey *survey, size_t j) {
    const gmix_i_grain *const grain = &survey->grain[j];
    return grain->on_grid &&
           grain->step > COARSE * gmix_i_near_spread(grain, survey->sd[j]);
}

static gmix_status say_coarse(gmix_i_crew *crew, const gmix_i_survey *survey,
                              const char *what, gmix_report *report) {
    char list[ROOM] = "";
    size_t n = 0, at = 0;
    for (size_t j = 0; j < survey->d; j++) {
        n += is_coarse(survey, j);
    }
    const size_t named = n < NAMED ? n : NAMED;
    for (size_t j = 0; j < survey->d && at < named; j++) {
        if (is_coarse(survey, j)) {
            add_name(crew->plan->input, j, at++, n > named ? named + 1 : named, list);
        }
    }
    if (n == 0) {
        return GMIX_OK;
    }
    return gmix_i_report_warn(
        crew->ctx, report,
        "feature%s %s%s take%s so few values, steps of more than half a standard "
        "deviation "
        "apart, that a mixture sees their grid: components that differ by a step or two "
        "may describe values, not groups%s",
        n == 1 ? "" : "s", list, n > named ? " and others" : "", n == 1 ? "s" : "", what);
}

/* Posteriors take values for exact, and no step bounds a component's width: steps are found for this word alone. */
static gmix_status say_exact(gmix_i_crew *crew, gmix_report *report) {
    gmix_status status = GMIX_OK;
    gmix_i_survey seen = *crew->plan->survey;
    gmix_i_grain *grain = NULL;
    GMIX_TRY(gmix_i_calloc(crew->ctx, "steps", seen.d, sizeof *grain, &grain));
    seen.grain = grain;
    status = gmix_i_resolution_find(crew->ctx, crew->plan->input, &seen);
    if (gmix_i_was_cut(status)) { /* a word less is better than no model */
        crew->ctx->message[0] = '\0';
        status = GMIX_OK;
        goto done;
    }
    GMIX_TRY(status);
    GMIX_TRY(say_coarse(crew, &seen,
                        ". A posterior takes them for exact: so do probabilities of "
                        "numbers of components",
                        report));
done:
    gmix_i_free(crew->ctx, grain);
    return status;
}

/* Does component c rest on the value that feature j has too often? */
static bool rests_on_atom(const gmix_i_plan *plan, const gmix_i_params *p, size_t c,
                          size_t j) {
    const gmix_i_grain *const grain = &plan->survey->grain[j];
    const double unit = plan->frame->inv_scale[j], h = grain->step * unit;
    const gmix_i_shape *const shape = p->family->shape;
    const double off =
        p->means[c * p->d + j] - (grain->atom - plan->frame->shift[j]) * unit;
    const double least = gmix_i_rounded_variance(h, plan->survey->sd[j] * unit);
    return grain->atom_share > 0.0 && h > 0.0 && fabs(off) <= 0.5 * h &&
           shape->variance(p->cov + c * shape->cov_len(p->d), j) <= LITTLE * least;
}

/* The features in whose atoms component c rests, with the atoms: a list of NAMED at most; how many
 * there are. */
static size_t list_atoms(const gmix_i_plan *plan, const gmix_i_params *p, size_t c,
                         char *list) {
    size_t n = 0, at = 0;
    for (size_t j = 0; j < p->d; j++) {
        n += rests_on_atom(plan, p, c, j);
    }
    const size_t named = n < NAMED ? n : NAMED;
    for (size_t j = 0; j < p->d && at < named; j++) {
        const gmix_i_grain *const grain = &plan->survey->grain[j];
        if (!rests_on_atom(plan, p, c, j)) {
            continue;
        }
        add_name(plan->input, j, at++, n > named ? named + 1 : named, list);
        const size_t used = strlen(list);
        snprintf(list + used, ROOM - used,
                 at == 1 ? " (%.9g, %.3g %% of the rows)" : " (%.9g, %.3g %%)",
                 grain->atom, 100.0 * grain->atom_share);
    }
    return n;
}

static gmix_status say_atoms(gmix_i_crew *crew, const gmix_i_params *p,
                             gmix_report *report) {
    gmix_status status = GMIX_OK;
    size_t said = 0;
    for (size_t c = 0; c < p->k && said < NAMED; c++) {
        char list[ROOM] = "";
        const size_t n = list_atoms(crew->plan, p, c, list);
        if (n == 0) {
            continue;
        }
        GMIX_TRY(gmix_i_report_warn(
            crew->ctx, report,
            "component %zu rests on one value of feature%s %s%s: its width there is what "
            "rounding allows, not the spread of a group",
            c, n == 1 ? "" : "s", list, n > NAMED ? " and others" : ""));
        said++;
    }
done:
    return status;
}

/* Is component c as narrow in feature j as its steps allow, on a value that is not there too often by itself? */
static bool is_held(const gmix_i_plan *plan, const gmix_i_params *p, size_t c, size_t j) {
    const gmix_i_grain *const grain = &plan->survey->grain[j];
    const gmix_i_shape *const shape = p->family->shape;
    const double unit = plan->frame->inv_scale[j];
    const double least =
        gmix_i_rounded_variance(grain->step * unit, plan->survey->sd[j] * unit);
    return grain->step > 0.0 && !is_coarse(plan->survey, j) &&
           !rests_on_atom(plan, p, c, j) &&
           shape->variance(p->cov + c * shape->cov_len(p->d), j) <= LITTLE * least;
}

/* Of each feature, up to NAMED of them, the components that its steps hold: heaped values (ages in fives) look like
 * groups, and none of them is there far more often than any other. */
static gmix_status say_held(gmix_i_crew *crew, const gmix_i_params *p,
                            gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_plan *const plan = crew->plan;
    for (size_t j = 0, said = 0; j < p->d && said < NAMED; j++) {
        char components[ROOM] = "", feature[ROOM] = "";
        size_t n = 0;
        for (size_t c = 0; c < p->k; c++) {
            if (is_held(plan, p, c, j)) {
                const size_t used = strlen(components);
                snprintf(components + used, used + 24 < ROOM ? ROOM - used : 0,
                         n == 0 ? "%zu" : ", %zu", c);
                n++;
            }
        }
        if (n == 0) {
            continue;
        }
        add_name(plan->input, j, 0, 1, feature);
        GMIX_TRY(gmix_i_report_warn(
            crew->ctx, report,
            "component%s %s %s as narrow in feature %s as its steps allow, and rest%s on "
            "a value or two: values that come more often than others, not the spread of "
            "a group",
            n == 1 ? "" : "s", components, n == 1 ? "is" : "are", feature,
            n == 1 ? "s" : ""));
        said++;
    }
done:
    return status;
}

gmix_status gmix_i_grain_findings(gmix_i_crew *crew, const gmix_i_candidate *best,
                                  gmix_report *report) {
    gmix_status status = GMIX_OK;
    const gmix_i_survey *const survey = crew->plan->survey;
    for (size_t j = 0; j < survey->d; j++) {
        GMIX_TRY(gmix_i_report_step(crew->ctx, report, j, survey->grain[j].step));
    }
    if (best->params.k > 1) {
        GMIX_TRY(gmix_i_is_bayesian(crew->plan->opts)
                     ? say_exact(crew, report)
                     : say_coarse(crew, survey, "", report));
    }
    if (best->params.k > 1 && best->n_faults == 0) { /* or it is said of the component */
        GMIX_TRY(say_atoms(crew, &best->params, report));
        GMIX_TRY(say_held(crew, &best->params, report));
    }
done:
    return status;
}
