"""Pages, pictures, tables, standard errors, tests, classes, labels; and what errors say."""

import numpy as np
import pytest

import gmix

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(5)
    X = np.concatenate([rng.normal(0, 1, (80, 2)), rng.normal(6, 1, (60, 2))])
    return X, np.repeat([0, 1], [80, 60])


@pytest.fixture(scope="module")
def fitted(groups):
    return gmix.fit(groups[0], 2)


def test_page(groups, fitted, tmp_path):
    X, y = groups
    path = tmp_path / "report.html"
    page = fitted.report_html(X, path, y=y)
    assert page.startswith("<!DOCTYPE html>") and path.read_text(encoding="utf-8") == page
    assert "Two groups" in page
    assert "adjusted Rand" in page
    assert "adjusted Rand" not in fitted.report_html(X)


@pytest.mark.parametrize("kind", ["auto", "density", "scatter", "matrix", "projection", "trace",
                                  "uncertainty", "classification", "clusters"])
def test_pictures(groups, fitted, kind):
    features = [0] if kind == "density" else None
    picture = fitted.picture(groups[0], kind, features=features)
    assert picture.svg.startswith("<svg") and picture._repr_svg_() == str(picture)


def test_picture_of_classes_and_choice(groups, fitted, tmp_path):
    X, y = groups
    names = np.where(y == 0, "left", "right")
    assert "left" in fitted.picture(X, "confusion", y=names).svg
    with pytest.raises(ValueError, match="needs classes that are known"):
        fitted.picture(X, "confusion")
    chosen = gmix.fit(X, [1, 2], covariance_type=["full", "diag"])
    assert "BIC" in chosen.picture(kind="selection").svg
    fitted.picture(X, size=(300, 200), title="mine").save(tmp_path / "a.svg")
    assert "mine" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_candidates(groups):
    pandas = pytest.importorskip("pandas")
    chosen = gmix.fit(groups[0], [1, 2], covariance_type=["full", "diag"])
    table = chosen.candidates()
    assert isinstance(table, pandas.DataFrame)
    assert set(zip(table["components"], table["covariance"], strict=True)) == {
        (1, "full"), (2, "full"), (1, "diag"), (2, "diag")}
    best = table.loc[table["bic"].idxmin()]
    assert best["components"] == chosen.n_components_
    assert best["bic"] == pytest.approx(chosen.bic(groups[0]))


def test_html(fitted):
    text = fitted._repr_html_()
    assert "<svg" in text and "log-likelihood" in text
    assert "GaussianMixture" in gmix.GaussianMixture()._repr_html_()
    assert fitted._repr_mimebundle_()["text/html"] == text


def test_standard_errors(groups, fitted):
    X = groups[0]
    found = fitted.standard_errors(X)
    assert found.means.standard_error.shape == fitted.means_.shape
    # of one group, far from the other: the standard error of its mean
    expected = np.sqrt(np.diagonal(fitted.covariances_, axis1=1, axis2=2)
                       / (fitted.weights_[:, None] * len(X)))
    np.testing.assert_allclose(found.means.standard_error, expected, rtol=0.02)
    assert np.all(found.means.lower < fitted.means_) and np.all(found.means.upper > fitted.means_)
    boot = fitted.standard_errors(X, "weighted-likelihood", n_replicates=99)
    np.testing.assert_allclose(boot.means.standard_error, expected, rtol=0.4)
    assert boot.n_replicates + boot.n_left_out == 99


def test_test_components(groups):
    found = gmix.test_components(groups[0], (1, 3), n_replicates=19)
    assert found.n_components == 2
    assert [test.n_components for test in found.tests] == [1, 2]
    assert found.tests[0].p_value == pytest.approx(0.05)


def test_classes(groups):
    X, y = groups
    partly = np.full(len(y), -1)
    partly[::10] = y[::10]
    gm = gmix.fit(X, y=partly)
    assert gm.n_components_ == 2 and gm.classes_.tolist() == [0, 1]
    assert gm.classes_.dtype.kind == "i"
    np.testing.assert_array_equal(gm.predict_class(X), y)
    proba = gm.predict_class_proba(X)
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)
    two = gmix.fit(X, y=np.where(y == 0, "a", ""), per_class=1, n_components=3)
    assert set(two.classes_) >= {"a"} and two.n_components_ == 3
    with pytest.raises(ValueError, match="no label"):
        gmix.fit(X, y=np.full(len(y), -1))
    with pytest.raises(ValueError, match="one label for each of the 140 rows"):
        gmix.fit(X, y=[1, 2])
    with pytest.raises(ValueError, match="no classes"):
        gmix.fit(X, 2).predict_class(X)


def test_classes_of_files(groups, tmp_path):
    X, y = groups
    gm = gmix.fit(X, y=y)
    gm.to_file(tmp_path / "model.json")
    read = gmix.GaussianMixture.from_file(tmp_path / "model.json")
    assert read.classes_.dtype.kind == "U"
    np.testing.assert_array_equal(read.predict_class(X).astype(int), gm.predict_class(X))
    text = gmix.fit(X, y=np.where(y == 0, "low", "high"))
    assert text.classes_.dtype.kind == "U" and text.predict_class(X[:1])[0] in ("low", "high")


def test_sample_of_one_component(groups):
    X, _ = groups
    gm = gmix.GaussianMixture(2, random_state=0).fit(X).rename(["a", "b"], order="size")
    for asked, number in ((1, 1), ("a", 0)):
        rows, labels = gm.sample(400, random_state=3, component=asked)
        assert rows.shape == (400, X.shape[1]) and set(labels.tolist()) == {number}
        error = np.sqrt(np.diag(np.atleast_2d(gm.covariances_[number])) / 400)
        assert np.all(np.abs(rows.mean(axis=0) - gm.means_[number]) < 5 * error)
    for wrong in (2, -1, "c", "noise"):
        with pytest.raises(ValueError, match="0 to 1, or one of"):
            gm.sample(3, component=wrong)
    posterior = gmix.BayesianGaussianMixture(2, random_state=0).fit(X)
    rows, labels = posterior.sample(50, random_state=1, component=1)
    assert rows.shape == (50, 2) and set(labels.tolist()) == {1}
    assert np.all(np.abs(rows.mean(axis=0) - posterior.means_[1]) < 1.5)
    noisy = gmix.fit(X, 1, noise=0.05)
    rows, labels = noisy.sample(50, random_state=0, component="noise")
    assert set(labels.tolist()) == {-1} and np.all(rows >= X.min(axis=0) - 1e-9)


def test_report_as_pdf(groups, fitted, tmp_path):
    X, _ = groups
    try:
        page = fitted.report_pdf(X, tmp_path / "page.pdf")
    except NotImplementedError as missing:
        assert "cairo" in str(missing).lower()
        return
    assert page[:5] == b"%PDF-" and (tmp_path / "page.pdf").read_bytes() == page


def test_compare_labels():
    same = gmix.compare_labels([0, 0, 1, -1], ["b", "b", "a", "a"])
    assert same.adjusted_rand == 1 and same.n_unknown == 1 and same.match == {"0": "b", "1": "a"}
    other = gmix.compare_labels([0.0, np.nan, 1.0, 1.0], [None, "x", "x", "y"])
    assert other.n_rows == 2
    with pytest.raises(ValueError, match="not whole"):
        gmix.compare_labels([0.5], [1])


def test_options_of_fits(groups):
    X = np.concatenate([groups[0], [[40.0, -40.0]]])
    assert gmix.fit(X, 2, trim=0.01).n_components_ == 2
    noisy = gmix.fit(X, 2, noise=0.05)
    assert noisy.predict(X)[-1] == -1
    assert gmix.fit(X, 2, prior="mclust").report_["converged"]
    start = gmix.fit(groups[0], 2)
    assert start.report_["sound"]


def test_sample_takes_a_seed(fitted):
    a, b = fitted.sample(5, random_state=3), fitted.sample(5, random_state=3)
    np.testing.assert_array_equal(a[0], b[0])


def test_verbose_search(groups, capsys):
    gmix.GaussianMixture(2, search="quick", verbose=1, random_state=0).fit(groups[0])
    assert "log-likelihood" in capsys.readouterr().err


def test_progress_of_fits_and_choices(groups, capsys):
    seen = []
    gmix.fit(groups[0], [1, 2], covariance_type=["full", "diag"], verbose=seen.append)
    assert seen and all(isinstance(at, gmix.Progress) for at in seen)
    assert max(at.n_runs for at in seen) == 4 and max(at.run for at in seen) <= 3
    before = len(seen)
    gmix.fit(groups[0], y=groups[1], verbose=seen.append)
    assert len(seen) > before
    gmix.GaussianMixture(2, random_state=0, verbose=seen.append).fit(groups[0])
    assert capsys.readouterr().err == ""
    gmix.fit(groups[0], [1, 2], verbose=1)
    assert "log-likelihood" in capsys.readouterr().err


def test_errors_name_the_column():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "city": ["Rome", "Oslo"]})
    with pytest.raises(ValueError, match=r"text in column 'city' \('Rome'\)"):
        gmix.fit(frame, 1)
    with pytest.raises(ValueError, match="text in column 1"):
        gmix.fit([[1.0, "x"], [2.0, "y"]], 1)


def test_missing_cells_are_explained():
    X = np.array([[1.0, np.nan], [2.0, 3.0], [4.0, 5.0]])
    with pytest.raises(ValueError, match="contains NaN") as caught:
        gmix.GaussianMixture(1).fit(X)
    assert "missing='em'" in str(caught.value)
    assert "HistGradient" not in str(caught.value)


def test_names_and_frames(groups, tmp_path):
    pandas = pytest.importorskip("pandas")
    X = pandas.DataFrame(groups[0], columns=["a", "b"], index=[f"r{i}" for i in range(140)])
    gm = gmix.fit(X, 2)
    means, labels = gm.means_.copy(), gm.predict(X)
    gm.rename(["large", "small"], order="size")
    assert gm.weights_[0] > gm.weights_[1]
    swapped = not np.array_equal(means, gm.means_)
    assert np.array_equal(gm.predict(X), 1 - labels if swapped else labels)
    assert "large" in gm.summary() and "large" in gm.report_html(X) and "large" in gm.picture(X).svg
    gm.to_file(tmp_path / "model.json")
    assert gmix.GaussianMixture.from_file(tmp_path / "model.json").component_names_ == [
        "large", "small"]
    assert gm.marginal(["b"]).component_names_ == ["large", "small"]
    proba = gm.predict_proba(X)
    assert isinstance(proba, np.ndarray)
    frame = gm.set_output(transform="pandas").predict_proba(X)
    assert list(frame.columns) == ["large", "small"] and list(frame.index) == list(X.index)
    assert np.array_equal(frame, proba)
    rows, _ = gm.sample(3, random_state=1)
    assert list(rows.columns) == ["a", "b"] and rows.shape == (3, 2)
    assert gm.impute(X).equals(X)
    with pytest.raises(ValueError, match="1 names for 2 components"):
        gm.rename(["one"])
    with pytest.raises(ValueError, match="two components are called"):
        gm.rename(["one", "one"])
    with pytest.raises(ValueError, match="no feature is called 'c'"):
        gm.rename(order="c")
    with pytest.raises(ValueError, match="polars"):
        gm.set_output(transform="arrow")
    assert gm.fit(X).component_names_ is None
