"""The extension module: thin functions over the C library. See core/core.h."""

from collections.abc import Callable, Sequence
from typing import Any, final

@final
class Model:
    """A capsule that holds a mixture; not a type of its own at run time."""

@final
class Detector:
    """A capsule that holds a detector; not a type of its own at run time."""

@final
class Engine:
    """A capsule that holds an engine; not a type of its own at run time."""

@final
class Partial:
    """A capsule that holds a part's answer in the making; not a type of its own at run time."""

class SingularError(ValueError): ...

_Array = Any
_Show = Callable[[int, int, float, float, float, int], object]
_Progress = _Show | tuple[_Show | None, bytes, Callable[[bytes], None], float]

def fit(
    x: _Array,
    weights: _Array | None,
    names: Sequence[str] | None,
    options: dict[str, str],
    init_model: Model | None,
    init_labels: _Array | None,
    init_memberships: _Array | None,
    n_threads: int,
    progress: _Progress | None,
    prior_mean: _Array | None = None,
    prior_covariance: _Array | None = None,
    /,
) -> tuple[Model, str]: ...
def prior_sensitivity(
    x: _Array,
    weights: _Array | None,
    names: Sequence[str] | None,
    options: dict[str, str],
    model: Model,
    n_threads: int,
    /,
) -> list[tuple[str, float, float, float, int, float, float]]: ...
def arrow_read(stream: Any, /) -> tuple[Any, list[str], list[Any]]: ...
def partial_fit(
    text: str | None,
    rows_before: float,
    x: _Array,
    weights: _Array | None,
    names: Sequence[str] | None,
    options: dict[str, str],
    forget: float,
    n_threads: int,
    /,
) -> tuple[Model, str, float, float]: ...
def select(
    x: _Array,
    weights: _Array | None,
    names: Sequence[str] | None,
    options: dict[str, str],
    components: str,
    covariances: str,
    criterion: str,
    n_threads: int,
    progress: _Progress | None,
    /,
) -> tuple[Model, str]: ...
def engine_begin(
    n_cols: int,
    options: dict[str, str],
    init_model: Model | None,
    names: Sequence[str] | None,
    sample_rows: int,
    class_names: Sequence[str] | None,
    n_threads: int,
    choice: tuple[str, str, str] | None,
    /,
) -> Engine: ...
def engine_load(state: bytes, n_threads: int, /) -> Engine: ...
def engine_next(engine: Engine, /) -> int: ...
def engine_block_rows(engine: Engine, /) -> int: ...
def engine_job(engine: Engine, /) -> bytes: ...
def engine_save(engine: Engine, /) -> bytes: ...
def engine_step(engine: Engine, /) -> None: ...
def engine_take(engine: Engine, answer: bytes, part: int, /) -> None: ...
def engine_part_row(engine: Engine, part: int, /) -> int | None: ...
def engine_part_first(engine: Engine, n_rows: int, part: int, n_parts: int, /) -> int: ...
def engine_finish(engine: Engine, /) -> tuple[Model, str]: ...
def partial_begin(job: bytes, first_row: int | None, n_threads: int, /) -> Partial: ...
def partial_add(
    partial: Partial, x: _Array, weights: _Array | None, labels: _Array | None, /
) -> None: ...
def partial_take(partial: Partial, answer: bytes, /) -> None: ...
def partial_bytes(partial: Partial, /) -> bytes: ...
def kmeans(
    x: _Array,
    weights: _Array | None,
    k: int,
    start: _Array | None,
    draws: _Array | None,
    max_iter: int,
    tol: float,
    centres: _Array,
    labels: _Array | None,
    seeds: _Array | None,
    n_threads: int,
    /,
) -> int: ...
def kmeans_n_draws(k: int, /) -> int: ...
def model_arrange(json: str, names: Sequence[str] | None, by: str | None, /) -> str: ...
def model_new(
    family: str,
    k: int,
    d: int,
    weights: _Array,
    means: _Array,
    covariances: _Array,
    names: Sequence[str] | None,
    noise_weight: float,
    noise_lower: _Array | None,
    noise_upper: _Array | None,
    /,
) -> Model: ...
def model_parts(
    model: Model, /
) -> tuple[
    str, int, int, int, list[str] | None, bytes, bytes, bytes, float, bytes | None, bytes | None
]: ...
def model_dense(model: Model, out: _Array, /) -> None: ...
def model_read(path: bytes, /) -> tuple[Model, str | None]: ...
def model_write(json: str, path: bytes | None, /) -> str | None: ...
def model_json(model: Model, /) -> str: ...
def predict(
    model: Model,
    x: _Array,
    labels: _Array,
    responsibilities: _Array,
    certainty: _Array,
    log_density: _Array,
    n_threads: int,
    /,
) -> None: ...
def log_density(model: Model, x: _Array | list[_Array], out: _Array, n_threads: int, /) -> None: ...
def responsibilities(model: Model, x: _Array | list[_Array], out: _Array, n_threads: int, /) -> None: ...
def labels(model: Model, x: _Array | list[_Array], out: _Array, n_threads: int, /) -> None: ...
def bins_test(
    model: Model, bins: list[_Array], counts: _Array, /
) -> tuple[float, float, float, float, int]: ...
def true_values(
    model: Model, x: _Array | list[_Array], mean: _Array, sd: _Array, n_threads: int, /
) -> None: ...
def factor_scores(
    model: Model, x: _Array, scores: _Array, components: _Array, n_threads: int, /
) -> None: ...
def communalities(model: Model, out: _Array, /) -> None: ...
def impute(model: Model, x: _Array, out: _Array, n_threads: int, /) -> None: ...
def score(
    model: Model, x: _Array, weights: _Array | None, n_threads: int, /
) -> tuple[float, float, float, float, float, int]: ...
def moments(
    model: Model, mean: _Array, covariance: _Array, skewness: _Array, kurtosis: _Array, /
) -> None: ...
def cdf(model: Model, x: _Array, log_lower: _Array, log_upper: _Array, /) -> None: ...
def quantiles(model: Model, p: _Array, upper: bool, out: _Array, /) -> None: ...
def box_probability(
    model: Model,
    lower: _Array,
    upper: _Array,
    tolerance: float,
    max_points: int,
    seed: int,
    n_threads: int,
    /,
) -> tuple[float, float]: ...
def region(
    model: Model, mass: float, n_draws: int, seed: int, n_threads: int, /
) -> tuple[float, float, float, float, bytes]: ...
def modes(model: Model, /) -> tuple[bytes, bytes, bytes, bytes, bytes]: ...
def mode_labels(model: Model, x: _Array, out: _Array, n_threads: int, /) -> None: ...
def mahalanobis(model: Model, x: _Array, out: _Array, n_threads: int, /) -> None: ...
def compare(
    a: Model, b: Model, tolerance: float, max_draws: int, seed: int, n_threads: int, /
) -> dict[str, Any]: ...
def distances(
    models: list[Model],
    name: str,
    tolerance: float,
    max_draws: int,
    seed: int,
    n_threads: int,
    /,
) -> tuple[bytes, bytes]: ...
def kl_approximation(a: Model, b: Model, name: str, /) -> float: ...
def boundaries(model: Model, /) -> tuple[bytes, bytes, float]: ...
def adequacy(
    model: Model, x: _Array, n_threads: int, /
) -> tuple[int, float, float, float, float, float]: ...
def pareto_density(x: _Array, n_places: int, /) -> tuple[bytes, bytes, float]: ...
def dip(values: _Array, n: int, /) -> float: ...
def test_fit(
    model: Model, x: _Array, replicates: int, seed: int, n_threads: int, /
) -> dict[str, tuple[float, float, float]]: ...
def reduce(model: Model, k: int, refine: str | None, /) -> Model: ...
def marginal(model: Model, features: _Array, /) -> Model: ...
def condition(
    model: Model, features: _Array, values: _Array, /
) -> tuple[Model, float, float, float]: ...
def transform(
    model: Model,
    matrix: _Array,
    n: int,
    offset: _Array | None,
    names: Sequence[str] | None,
    /,
) -> Model: ...
def projection(
    model: Model, x: _Array | None, lambda_: float, /
) -> tuple[bytes, bytes, int]: ...
def product(a: Model, b: Model, /) -> tuple[Model, float]: ...
def regress(
    model: Model,
    targets: _Array,
    x: _Array,
    quantiles: _Array,
    mass: float,
    mean: _Array | None,
    sd: _Array | None,
    covariance: _Array | None,
    at_quantiles: _Array | None,
    regions: _Array | None,
    evidence: _Array | None,
    n_threads: int,
    /,
) -> None: ...
def n_intervals(model: Model, /) -> int: ...
def clusters(
    model: Model,
    x: _Array,
    weights: _Array | None,
    criterion: str,
    n_clusters: int,
    replicates: int,
    seed: int,
    n_threads: int,
    /,
) -> tuple[
    bytes,
    list[tuple[int, int, float, float, dict[str, float]]],
    dict[str, int],
    float,
    bytes | None,
]: ...
def detector_fit(
    x: _Array,
    names: Sequence[str] | None,
    options: dict[str, str],
    n_components: int,
    max_components: int,
    clean: bool,
    trim: float,
    smallest: float,
    folds: int,
    n_threads: int,
    /,
) -> Detector: ...
def detector_model(detector: Detector, /) -> Model: ...
def detector_training(
    detector: Detector, score: _Array | None, p: _Array | None, /
) -> None: ...
def detector_apply(
    detector: Detector, x: _Array, score: _Array | None, p: _Array | None, n_threads: int, /
) -> None: ...
def adjust_p_values(p: _Array, adjusted: _Array, /) -> None: ...
def cell_reasons(
    model: Model, x: _Array, expected: _Array, sd: _Array, surprise: _Array, n_threads: int, /
) -> None: ...
def blame_cells(
    model: Model,
    x: _Array,
    most: int,
    least: float,
    which: _Array,
    expected: _Array,
    sd: _Array,
    n_threads: int,
    /,
) -> None: ...
def shapley_values(model: Model, x: _Array, out: _Array, n_threads: int, /) -> None: ...
def sample(model: Model, n: int, seed: int, rows: _Array, labels: _Array, /) -> None: ...
def criteria() -> list[tuple[str, str, str, int]]: ...
def options() -> list[tuple[str, str, str, float, float, list[str], str]]: ...
def families() -> list[tuple[str, str | None, int]]: ...
def family_name(name: str, /) -> str | None: ...
def family_dims(name: str, k: int, d: int, /) -> tuple[int, ...]: ...
def family_parts(name: str, k: int, d: int, /) -> list[tuple[str, tuple[int, ...], int]]: ...
def family_n_factors(name: str, /) -> int: ...
def build_info() -> dict[str, str | int]: ...
def page(
    json: str,
    x: _Array,
    weights: _Array | None,
    labels: _Array | None,
    classes: Sequence[str],
    pdf: bool,
    n_threads: int,
    /,
) -> Any: ...
def picture(
    json: str,
    x: _Array | None,
    labels: _Array | None,
    classes: Sequence[str],
    kind: str,
    theme: str,
    features: Sequence[str] | None,
    width: float,
    height: float,
    title: str | None,
    contours: bool,
    uncertainty: bool,
    n_threads: int,
    /,
) -> str: ...
def posterior(
    x: _Array,
    names: Sequence[str] | None,
    options: dict[str, str],
    prior_mean: _Array | None,
    prior_matrix: _Array | None,
    n_threads: int,
    progress: _Progress | None,
    /,
) -> tuple[str, str, Model]: ...
def test_components(
    x: _Array,
    weights: _Array | None,
    options: dict[str, str],
    first: int,
    last: int,
    n_replicates: int,
    level: float,
    all_tests: bool,
    n_threads: int,
    /,
) -> str: ...
def standard_errors(
    model: Model,
    x: _Array,
    weights: _Array | None,
    options: dict[str, str],
    method: str,
    n_replicates: int,
    level: float,
    n_threads: int,
    /,
) -> tuple[
    tuple[bytes, bytes, bytes],
    tuple[bytes, bytes, bytes],
    tuple[bytes, bytes, bytes],
    tuple[float, float, float],
    int,
    int,
]: ...
def compare_labels(a: _Array, b: _Array, /) -> str: ...
def model_of_json(json: str, /) -> Model: ...
def fit_classes(
    x: _Array,
    weights: _Array | None,
    names: Sequence[str] | None,
    options: dict[str, str],
    labels: _Array,
    classes: Sequence[str],
    n_threads: int,
    progress: _Progress | None,
    /,
) -> tuple[str, str]: ...
