#!/usr/bin/env bash
# Part of ./dev: the pictures of docs/gallery, drawn anew, and the page that shows them.

GALLERY=docs/gallery

help_gallery()
{
    cat <<'END'
./dev gallery

Draws the pictures of docs/gallery with the gmix command and writes its README.md, which
shows each with the commands that made it.
END
}

# shown TITLE TEXT: begins an entry of the page.
shown()
{
    printf '## %s\n\n%s\n\n' "$1" "$2" >>"$GALLERY/README.md"
}

# drawn COMMAND...: runs `gmix COMMAND...` (its PNGs smaller than by default, to load
# fast) and notes it down as a person would type it.
GALLERY_COMMANDS=()
drawn()
{
    local command=$1 extra=()
    GALLERY_COMMANDS+=("gmix $*")
    shift
    if [ "$command" = plot ]; then
        extra=(--scale 1)
    elif [ "$command" = fit ]; then
        extra=(--quiet)
    fi
    (cd "$GALLERY" && ../../build/cli/gmix "$command" "$@" "${extra[@]}") ||
        die "cannot draw: gmix $command $*"
}

# picture NAME ALT: puts a picture and the commands before it into the page.
picture()
{
    # shellcheck disable=SC2016
    {
        printf '![%s](%s)\n\n```\n' "$2" "$1"
        printf '%s\n' "${GALLERY_COMMANDS[@]}"
        printf '```\n\n'
    } >>"$GALLERY/README.md"
    GALLERY_COMMANDS=()
}

draw_small()
{
    shown 'One feature' 'Histogram, density of the mixture, the share of every component,
and, dashed, where the likeliest component changes.'
    drawn fit galaxies.csv -k 3 -o galaxies.json
    drawn plot galaxies.json galaxies.csv -o density.png
    picture density.png 'Histogram and densities of velocities of galaxies'

    shown 'Two features' 'Rows by component, ellipses that hold 50, 90 and 95 % of each, and
means.'
    drawn fit faithful.csv -k 2 -o faithful.json
    drawn plot faithful.json faithful.csv -o scatter.png
    picture scatter.png 'Scatter plot of eruptions and waiting times with ellipses'
    drawn plot faithful.json faithful.csv --contours --uncertainty --theme dark -o dark.png
    picture dark.png 'The same on dark ground, with contours, marks sized by uncertainty'
}

draw_many()
{
    shown 'Several features' 'Every pair below the diagonal, each feature on it.'
    drawn fit iris.csv -k 3 -o iris.json
    drawn plot iris.json iris.csv --size 600x580 -o matrix.png
    picture matrix.png 'Matrix of scatter plots of the four features of iris'

    shown 'Many features' 'The plane that separates the components best (Scrucca 2010), and
what the features contribute to it.'
    drawn plot iris.json iris.csv --kind projection -o projection.png
    picture projection.png 'Projection of iris, and loadings'

    shown 'Many rows' 'A million rows: cells in the colour of most of their rows, the stronger
the more there are. The SVG has 100 kB.'
    drawn fit diabetes.csv -k 3 --columns glucose,insulin -o diabetes.json
    drawn sample diabetes.json -n 1000000 -o million.csv
    drawn plot diabetes.json million.csv -o million.png
    picture million.png 'Densities of a million rows'
    rm -f "$GALLERY/million.csv"
}

draw_observed()
{
    shown 'Errors of measurement' 'Rows with errors, and ellipses of what is behind them.'
    drawn fit noisy_curve.csv -k 4 --columns x,y --errors sx,sy -o curve.json
    drawn plot curve.json noisy_curve.csv --errors sx,sy -o noisy_curve.png
    picture noisy_curve.png 'Scatter plot of a curve with errors, ellipses narrower than it'

    shown 'A histogram' 'Counts in bins, and the mixture that maximises their likelihood.'
    drawn fit crabs_binned.csv -k 2 -c E --binned ratio,freq -o crabs.json
    drawn plot crabs.json crabs_binned.csv --binned ratio,freq -o crabs.png
    picture crabs.png 'Histogram of crabs and the densities of two components'
}

draw_about_fits()
{
    shown 'How sure' 'How surely rows are assigned, on a scale that shows the few that are
not.'
    drawn plot iris.json iris.csv --kind uncertainty -o uncertainty.png
    picture uncertainty.png 'Histogram of the uncertainty of iris'

    shown 'Known classes' 'Components against classes that are known, matched one to one.'
    drawn plot iris.json iris-classes.csv --labels class --kind confusion \
        -o confusion.png
    picture confusion.png 'Table of species and components of iris'

    shown 'Which model' 'BIC of every model that was compared, against the number of components;
the best is marked.'
    drawn fit faithful.csv -k 1-9 -c EII,VVI,EEE,VVE,VVV -o chosen.json
    drawn plot chosen.json --kind selection -o selection.png
    picture selection.png 'BIC against the number of components, a line for each family'

    shown 'How many factors' 'Two groups of sixteen channels that two factors move: laws with factors
beside full and diagonal covariances.'
    drawn fit channels.csv -k 1-3 -c diag,full,mfa:1-4 -o channels.json
    drawn plot channels.json --kind selection -o factors.png
    picture factors.png 'BIC against the number of components, a line for each number of factors'

    shown 'The run' 'The log-likelihood of every iteration, and what was still to be gained.'
    drawn fit body.csv -k 2 --no-accelerate --restarts 1 -o body.json
    drawn plot body.json --kind trace -o trace.png
    picture trace.png 'Log-likelihood over the iterations'
}

do_gallery()
{
    need build
    build_release || die "the build failed"
    mkdir -p "$GALLERY"
    cat >"$GALLERY/README.md" <<'END'
# Gallery

Pictures of mixtures, each with the commands that made it, from the data in `data/`. What the
kinds show and how to read them: [plots](../plots.md). `./dev gallery` draws them anew.

END
    local name
    for name in galaxies faithful iris diabetes body noisy_curve crabs_binned channels; do
        cp "data/$name.csv" "$GALLERY/"
    done
    paste -d, data/iris.csv data/iris.labels.csv >"$GALLERY/iris-classes.csv"
    draw_small
    draw_many
    draw_observed
    draw_about_fits
    rm -f "$GALLERY"/*.csv "$GALLERY"/*.json
    ls -l "$GALLERY"
}
